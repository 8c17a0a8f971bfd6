import { basename, dirname, join } from "node:path";
import { utf8 } from "../../age/bytes";
import { showConflictCopy } from "./conflictCopy";
import { digest } from "./digest";
import type { Disk } from "./disk";
import { isMarked } from "./replacedVersion";

/**
 * A hidden file beside a target:
 * - the candidate for its next version,
 * - the partial output of an operation on files, which can be resumed,
 * - the version that was replaced, until it is known to be the one that was to be replaced,
 * - the version that is being written over in place, until the next one is whole,
 * - the claim of whoever writes the target.
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

/** Writes random bytes as the hex of a hidden name: 12 bytes make its 24 digits. */
export function hexOf(random: Uint8Array): string {
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Tells whether a name is that of a candidate, which a crash may have left behind. It holds what
 * was being written: ciphertext, unless the user decrypted to the disk or stored an identity.
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
 * Clears up what killed writes of a file left beside it, and only under its own name. The caller
 * holds the claim on the name, so no other write is under way:
 * - Candidates go after an hour: they are made before there is a claim.
 * - A version that was replaced goes if it is the one that its name tells, and becomes visible if
 *   not.
 * - A version that was being written over becomes visible.
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
 * Shows the version that a killed write in place left beside a file, which may be a mixture now.
 *
 * @returns the path that it has now; null where there is none.
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
 * Removes the second names that killed writes left of the very file that is at the target.
 *
 * @param id - the file's id.
 * @returns how many there were.
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

/** Removes all candidates that were left in a folder of Cage's own. */
export async function removeAllLeftovers(disk: Disk, folder: string): Promise<void> {
  const now = (await disk.facts(folder))?.mtime ?? 0;
  for (const { name, kind } of await disk.list(folder)) {
    if (kind === "file" && isCandidateName(name)) await removeIfOld(disk, join(folder, name), now);
  }
}

/**
 * Shortens a name for hidden ones, which share the limit of 255 bytes. A digest keeps long names
 * that begin alike apart.
 */
function shortened(name: string): string {
  const characters = Array.from(name);
  if (characters.length <= longestShown) return name;
  return `${characters.slice(0, longestShown - 10).join("")}~${digest(utf8(name)).slice(0, 9)}`;
}

const longestShown = 40;

/** A save that was not finished for so long, in milliseconds, was killed. */
const longestSave = 60 * 60 * 1000;

const noHex = "0".repeat(24);

/** Tells whether a hidden name belongs to this target. Claims are left to their own process. */
function isBeside(name: string, target: string): boolean {
  const kind = kindOfName(name);
  if (kind === null || kind === "cage-claim") return false;
  const hex = hexIn(name);
  if (basename(hiddenPath(target, hex, kind)) === name) return true;
  // Files with other long names may have had the same: what goes anyway may go here.
  return kind === "cage-candidate" && name === earlierName(target, hex, kind);
}

/** The hidden name that earlier versions gave: it could end in one half of an emoji. */
function earlierName(target: string, hex: string, kind: HiddenKind): string {
  return spelt(`.${basename(target).slice(0, longestShown)}.${hex}.${kind}`);
}

/** A name as a disk has it, on which half a character becomes a replacement. */
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
