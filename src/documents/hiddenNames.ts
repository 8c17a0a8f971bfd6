import { basename, dirname, join } from "node:path";
import type { Disk } from "./disk";

/**
 * What a hidden file beside a target is: the candidate for the next version of a document, or the
 * partial output of an operation on files, which can be resumed.
 */
export type HiddenKind = "cage-candidate" | "cage-partial";

/** The path of a hidden file beside a target. */
export function hiddenPath(target: string, hex: string, kind: HiddenKind): string {
  // Names have a limit of 255 bytes on most file systems; a slice of 40 characters stays below it.
  return join(dirname(target), `.${basename(target).slice(0, sliceLength)}.${hex}.${kind}`);
}

/** Random bytes as the hex of a hidden name: 12 of them are the 24 digits that it has. */
export function hexOf(random: Uint8Array): string {
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Whether a name is that of a candidate, which a crash may have left behind. It holds what was being
 * written: ciphertext, unless the user decrypted to the disk or stored an identity.
 */
export function isCandidateName(name: string): boolean {
  return /^\..+\.[0-9a-f]{24}\.cage-candidate$/s.test(name);
}

/** Whether a name is that of a partial output. */
export function isPartialName(name: string): boolean {
  return /^\..+\.[0-9a-f]{24}\.cage-partial$/s.test(name);
}

/** Whether a path is that of a partial output of this target. */
export function isPartialOf(path: string, target: string): boolean {
  const hex = /\.([0-9a-f]{24})\.cage-partial$/.exec(path)?.[1];
  return hex !== undefined && path === hiddenPath(target, hex, "cage-partial");
}

/** Removes the candidates that killed saves of a file left beside it; only those of its own name. */
export async function removeLeftovers(disk: Disk, target: string): Promise<void> {
  const own = withoutHex(basename(hiddenPath(target, "0".repeat(24), "cage-candidate")));
  // The file that was just written has the time of the file system's own clock.
  const now = (await disk.facts(target))?.mtime ?? 0;
  await removeOld(disk, dirname(target), now, (name) => withoutHex(name) === own);
}

/** Removes all candidates that were left in a folder of Cage's own. */
export async function removeAllLeftovers(disk: Disk, folder: string): Promise<void> {
  const now = (await disk.facts(folder))?.mtime ?? 0;
  await removeOld(disk, folder, now, () => true);
}

async function removeOld(
  disk: Disk,
  folder: string,
  now: number,
  isOwn: (name: string) => boolean,
): Promise<void> {
  for (const { name, kind } of await disk.list(folder)) {
    if (kind !== "file" || !isCandidateName(name) || !isOwn(name)) continue;
    const leftover = join(folder, name);
    const facts = await disk.facts(leftover);
    if (facts !== null && now - facts.mtime > longestSave) await disk.remove(leftover);
  }
}

const sliceLength = 40;

/** A save that was not finished for so long, in milliseconds, was killed. */
const longestSave = 60 * 60 * 1000;

function withoutHex(name: string): string {
  return name.replace(/[0-9a-f]{24}\.cage-candidate$/, "");
}
