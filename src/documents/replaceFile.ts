import type { Disk, OpenFile } from "./disk";
import { hexOf, hiddenPath, removeLeftovers } from "./hiddenNames";
import { ignoreFailure, place, type Placement } from "./placement";

/** What a new version of a file is made of, and what must hold before it takes the old one's place. */
export interface Replacement extends Placement {
  /** The new content, in pieces. */
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Reads the candidate back and throws unless it is right. It runs after the flush. */
  readonly verify: (candidate: string) => Promise<void>;
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
  const candidate = hiddenPath(target, hexOf(replacement.random(12)), "cage-candidate");
  const file = await disk.create(candidate);
  // From here on the name is ours: what already had it is not to be removed.
  try {
    try {
      await writeCandidate(file, replacement, signal);
      await replacement.verify(candidate);
      signal?.throwIfAborted();
      await place(disk, file, candidate, target, replacement);
    } finally {
      // It is flushed where it matters, so there is nothing left that could fail.
      await file.close().catch(ignoreFailure);
    }
  } catch (error) {
    await disk.remove(candidate).catch(() => undefined);
    throw error;
  }
  await removeLeftovers(disk, target).catch(ignoreFailure);
}

async function writeCandidate(
  file: OpenFile,
  { content }: Replacement,
  signal?: AbortSignal,
): Promise<void> {
  for await (const piece of content) {
    signal?.throwIfAborted();
    await file.write(piece);
  }
  await file.flush();
}
