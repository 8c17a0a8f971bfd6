import { dirname, basename, join } from "node:path";
import { AgeError } from "../age/errors";
import type { Disk, FileFacts, OpenFile } from "./disk";

/** What a new version of a file is made of, and what must hold before it takes the old one's place. */
export interface Replacement {
  /** The new content, in pieces. */
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** The old file, whose mode and owner are kept; null for a file that is new. */
  readonly old: FileFacts | null;
  /** The mode of a new file (an old one's is kept). */
  readonly newMode?: number;
  /** Reads the candidate back and throws unless it is right. It runs after the flush. */
  readonly verify: (candidate: string) => Promise<void>;
  /** The last look before the rename: throws when the old file is not what it was. */
  readonly confirmUnchanged: () => Promise<void>;
  /** What may happen to a file that has the name: a save replaces it, a new file never does. */
  readonly existing: "replace" | "keep";
  readonly random: (length: number) => Uint8Array;
}

/**
 * Writes a file so that a crash at any moment leaves the old content or the new one, never a mixture:
 * a candidate beside the target (so that the rename stays within one file system), flushed, read back,
 * renamed, and the folder flushed. A symbolic link stays one; its target is replaced.
 *
 * @throws AgeError of the disk, or whatever `verify` and `confirmUnchanged` throw; the old file is
 * untouched then, and the candidate is gone.
 */
export async function replaceFile(
  disk: Disk,
  path: string,
  replacement: Replacement,
  signal?: AbortSignal,
): Promise<void> {
  const target = await disk.realPath(path);
  const folder = dirname(target);
  const candidate = join(folder, candidateName(basename(target), replacement.random(12)));
  const file = await disk.create(candidate);
  // From here on the name is ours: what already had it is not to be removed.
  try {
    await writeCandidate(file, replacement, signal);
    await replacement.verify(candidate);
    signal?.throwIfAborted();
    await dress(disk, candidate, replacement);
    await replacement.confirmUnchanged();
    if (replacement.existing === "replace") await disk.rename(candidate, target);
    else await disk.renameToFree(candidate, target);
  } catch (error) {
    await disk.remove(candidate).catch(() => undefined);
    throw error;
  }
  // The new version is in its place, whole; a failure from here on can't undo that and is none.
  await disk.flushFolder(folder).catch(ignoreFailure);
  await removeLeftovers(disk, target).catch(ignoreFailure);
}

/**
 * Whether a name is that of a candidate, which a crash may have left behind. It holds what was being
 * written: ciphertext, unless the user decrypted to the disk or stored an identity.
 */
export function isCandidateName(name: string): boolean {
  return /^\..+\.[0-9a-f]{24}\.cage-candidate$/.test(name);
}

function candidateName(name: string, random: Uint8Array): string {
  const hex = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  // Names have a limit of 255 bytes on most file systems; a slice of 40 characters stays below it.
  return `.${name.slice(0, 40)}.${hex}.cage-candidate`;
}

/** A save that was not finished for so long, in milliseconds, was killed. */
const longestSave = 60 * 60 * 1000;

/** Removes what killed saves of this file left beside it. Only candidates of its own name count. */
async function removeLeftovers(disk: Disk, target: string): Promise<void> {
  const folder = dirname(target);
  const ownName = candidateName(basename(target), new Uint8Array(12));
  // The file that was just written has the time of the file system's own clock.
  const now = (await disk.facts(target))?.mtime ?? 0;
  for (const { name, kind } of await disk.list(folder)) {
    if (kind !== "file" || !isCandidateName(name) || withoutRandom(name) !== withoutRandom(ownName))
      continue;
    const leftover = join(folder, name);
    const facts = await disk.facts(leftover);
    if (facts !== null && now - facts.mtime > longestSave) await disk.remove(leftover);
  }
}

function withoutRandom(name: string): string {
  return name.replace(/[0-9a-f]{24}\.cage-candidate$/, "");
}

async function writeCandidate(
  file: OpenFile,
  { content }: Replacement,
  signal?: AbortSignal,
): Promise<void> {
  try {
    for await (const piece of content) {
      signal?.throwIfAborted();
      await file.write(piece);
    }
    await file.flush();
  } finally {
    await file.close();
  }
}

/** Gives the candidate, which only its owner could read so far, the old file's owner and mode. */
async function dress(disk: Disk, candidate: string, { old, newMode }: Replacement): Promise<void> {
  if (old !== null) {
    // Only root, or a member of the group, can keep the owner; and a change of owner clears the
    // set-id bits, so the mode comes after it.
    await disk.setOwner(candidate, old.uid, old.gid).catch(ignoreNoPermission);
  }
  const mode = old?.mode ?? newMode;
  if (mode !== undefined) await disk.setMode(candidate, mode);
}

function ignoreFailure(error: unknown): void {
  if (!(error instanceof AgeError)) throw error;
}

function ignoreNoPermission(error: unknown): void {
  if (error instanceof AgeError && ["no-permission", "write-failed"].includes(error.code)) return;
  throw error;
}
