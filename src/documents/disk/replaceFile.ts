import { AgeError } from "../../age/errors";
import type { Source } from "../../age/source";
import type { Disk, NewFile } from "./disk";
import { isExposed, type FileFacts } from "./fileFacts";
import { freshCandidate } from "./hiddenNames";
import { ignoreFailure } from "./diskFailures";
import { place } from "./finalName";
import { writeFlushed } from "./newFile";
import type { Placement } from "./placement";

/** A new version of a file, and what must hold before it takes the old one's place. */
export interface Replacement extends Placement {
  readonly content: Source;
  /** The kind of content: "secret" for keys and plaintext, which nobody else may read. */
  readonly kind: "secret" | "ciphertext";
  /** Reads the candidate back and throws unless it is right. It runs after the flush. */
  readonly verify: (candidate: string) => Promise<void>;
  readonly random: (length: number) => Uint8Array;
}

/**
 * Writes a file so that a crash at any moment leaves the old content or the new one, never a
 * mixture. It writes a candidate beside the target, so that the rename stays within one file
 * system. The candidate is flushed, read back and renamed, and then the folder is flushed. Only
 * where the user agrees that a file is written in place can a crash mix both: see `writeInPlace`.
 *
 * @param target - the real path. If a symbolic link leads to it, the link stays.
 * @returns the facts of the new version; null if the disk reports none.
 * @throws AgeError of the disk, or the error of `verify` or `place`. The old file is untouched
 * then, and the candidate is gone.
 */
export async function replaceFile(
  disk: Disk,
  target: string,
  replacement: Replacement,
  signal?: AbortSignal,
): Promise<FileFacts | null> {
  const candidate = freshCandidate(target, replacement.random);
  const file = await disk.create(candidate);
  try {
    await refuseExposure(file, target, replacement);
    await writeFlushed(file, replacement.content, signal);
    await replacement.verify(candidate);
    signal?.throwIfAborted();
    return await place(disk, file, candidate, target, replacement, signal);
  } catch (error) {
    // The candidate goes only if it is still there: a rename that failed may have been done all the
    // same.
    const isOurs = await file.isAt(candidate).catch(() => false);
    if (isOurs) await disk.remove(candidate).catch(ignoreFailure);
    throw error;
  } finally {
    // It was flushed where that matters, so nothing is left that could fail.
    await file.close().catch(ignoreFailure);
  }
}

/** Tells whether a write failed because its target holds another version than the replaced one. */
export function isOfNewVersion(error: unknown, target: string): boolean {
  if (!(error instanceof AgeError) || error.facts.path !== target) return false;
  return error.code === "changed-on-disk" || error.code === "already-exists";
}

/** Asks before it writes anything secret to a file system that ignores modes. */
async function refuseExposure(
  file: NewFile,
  target: string,
  { kind, prompts }: Replacement,
): Promise<void> {
  if (kind !== "secret" || !isExposed(await file.look())) return;
  if (await prompts.acceptExposure(target)) return;
  throw new AgeError("dismissed", "not written: others could read it on this disk", {
    path: target,
  });
}
