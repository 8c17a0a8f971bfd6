import { basename, dirname, join } from "node:path";
import { hexOf, utf8 } from "../../age/bytes";
import { showConflictCopy } from "./conflictCopy";
import { digest } from "./digest";
import type { Disk } from "./disk";
import { isMarked } from "./replacedVersion";

/**
 * A hidden file beside a target:
 * - the candidate for its next version,
 * - the partial output of an operation on files, which can be resumed,
 * - the replaced version, until a look confirms that it is the right one,
 * - the version that is being overwritten in place, until the next one is whole,
 * - the claim of the process that writes the target.
 */
export type HiddenKind = (typeof hiddenKinds)[number];

const hiddenKinds = [
  "cage-candidate",
  "cage-partial",
  "cage-replaced",
  "cage-kept",
  "cage-claim",
] as const;

/** Makes the path of a hidden file beside a target. */
export function hiddenPath(target: string, hex: string, kind: HiddenKind): string {
  return join(dirname(target), `.${shortened(basename(target))}.${hex}.${kind}`);
}

/** Makes a fresh path of a candidate beside a target. */
export function freshCandidate(target: string, random: (length: number) => Uint8Array): string {
  return hiddenPath(target, hexOf(random(12)), "cage-candidate");
}

/**
 * Tells whether a name is that of a candidate, which a crash may have left behind. A candidate
 * holds ciphertext, unless the user was decrypting to the disk or storing an identity.
 */
export function isCandidateName(name: string): boolean {
  return kindOfName(name) === "cage-candidate";
}

/** Tells whether a name is that of a partial output. */
export function isPartialName(name: string): boolean {
  return kindOfName(name) === "cage-partial";
}

/** Tells whether a path is that of a partial output of this target. */
export function isPartialOf(path: string, target: string): boolean {
  const hex = /\.([0-9a-f]{24})\.cage-partial$/.exec(path)?.[1];
  if (hex === undefined) return false;
  if (path === hiddenPath(target, hex, "cage-partial")) return true;
  const name = earlierName(target, hex, "cage-partial");
  return spelt(path) === join(dirname(target), name);
}

/** Tells whether a name is that of any hidden file of Cage. */
export function isHiddenName(name: string): boolean {
  return kindOfName(name) !== null;
}

/**
 * Clears up the files that killed writes of a target left under its own hidden names. The caller
 * holds the claim on the name, so no other write is under way:
 * - Candidates go after an hour, since a write creates them before it claims the name.
 * - A replaced version goes if its content matches its name, and becomes visible if not.
 * - A version that was being overwritten becomes visible.
 */
export async function clearLeftovers(disk: Disk, target: string): Promise<void> {
  // The file that was just written has the time of the file system's own clock.
  const now = (await disk.facts(target))?.mtime ?? 0;
  for (const { name, kind } of await disk.list(dirname(target))) {
    if (kind !== "file" || !isBeside(name, target)) continue;
    const path = join(dirname(target), name);
    const hidden = kindOfName(name);
    if (hidden === "cage-candidate") await removeIfOld(disk, path, now);
    else if (hidden === "cage-kept") await showConflictCopy(disk, path, target);
    else if (hidden === "cage-replaced") await removeIfMarked(disk, path, target);
  }
}

/**
 * Shows the version that a killed write in place left beside a file. The file itself may be a
 * mixture now.
 *
 * @returns the visible path of the version; null if there is none.
 */
export async function showKeptVersion(disk: Disk, target: string): Promise<string | null> {
  for (const { name, kind } of await disk.list(dirname(target))) {
    if (kind !== "file" || kindOfName(name) !== "cage-kept" || !isBeside(name, target)) continue;
    return showConflictCopy(disk, join(dirname(target), name), target);
  }
  return null;
}

async function removeIfOld(disk: Disk, path: string, now: number): Promise<void> {
  const facts = await disk.facts(path);
  if (facts !== null && now - facts.mtime > longestSave) await disk.remove(path);
}

async function removeIfMarked(disk: Disk, path: string, target: string): Promise<void> {
  const file = await disk.openForReading(path);
  try {
    if (await isMarked(file, hexIn(path))) await disk.remove(path);
    else await showConflictCopy(disk, path, target);
  } finally {
    await file.close();
  }
}

/**
 * Removes the second names that killed writes left of the file that is now at the target.
 *
 * @param id - the file's id.
 * @returns the number of names removed.
 */
export async function removeOwnNames(disk: Disk, target: string, id: string): Promise<number> {
  let count = 0;
  for (const { name, kind } of await disk.list(dirname(target))) {
    const isOurs = kind === "file" && isBeside(name, target);
    const path = join(dirname(target), name);
    if (!isOurs || (await disk.facts(path))?.id !== id) continue;
    await disk.remove(path);
    count++;
  }
  return count;
}

/** Removes the old candidates from a folder that belongs to Cage. */
export async function removeOldCandidates(disk: Disk, folder: string): Promise<void> {
  const now = (await disk.facts(folder))?.mtime ?? 0;
  for (const { name, kind } of await disk.list(folder)) {
    if (kind === "file" && isCandidateName(name)) await removeIfOld(disk, join(folder, name), now);
  }
}

/**
 * Shortens a name for use in hidden ones, which have the same limit of 255 bytes. A digest tells
 * apart long names that begin alike.
 */
function shortened(name: string): string {
  const characters = Array.from(name);
  if (characters.length <= longestShown) return name;
  return `${characters.slice(0, longestShown - 10).join("")}~${digest(utf8(name)).slice(0, 9)}`;
}

const longestShown = 40;

/** The age, in milliseconds, from which on an unfinished save counts as killed. */
const longestSave = 60 * 60 * 1000;

const noHex = "0".repeat(24);

/** Tells whether a hidden name belongs to this target. A claim does not: its process removes it. */
function isBeside(name: string, target: string): boolean {
  const kind = kindOfName(name);
  if (kind === null || kind === "cage-claim") return false;
  const hex = hexIn(name);
  if (basename(hiddenPath(target, hex, kind)) === name) return true;
  // Another file with a long name may have had the same one, but a candidate goes in any case.
  return kind === "cage-candidate" && name === earlierName(target, hex, kind);
}

/** Makes the hidden name of earlier versions of Cage, which could end in one half of an emoji. */
function earlierName(target: string, hex: string, kind: HiddenKind): string {
  return spelt(`.${basename(target).slice(0, longestShown)}.${hex}.${kind}`);
}

/** Returns a name as a disk stores it: half a character becomes a replacement character. */
function spelt(name: string): string {
  return new TextDecoder().decode(utf8(name));
}

function kindOfName(name: string): HiddenKind | null {
  const ending = /^\..+\.[0-9a-f]{24}\.(cage-[a-z]+)$/s.exec(name)?.[1];
  return hiddenKinds.find((kind) => kind === ending) ?? null;
}

function hexIn(path: string): string {
  return /\.([0-9a-f]{24})\.cage-[a-z]+$/.exec(path)?.[1] ?? noHex;
}
