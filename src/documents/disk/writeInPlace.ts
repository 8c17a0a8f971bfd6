import { dirname } from "node:path";
import { AgeError } from "../../age/errors";
import { copyToNewFile, showConflictCopy, writeConflictCopy } from "./conflictCopy";
import { digested, expectDigest } from "./digest";
import type { Disk, RewritableFile } from "./disk";
import { ignoreFailure } from "./diskFailures";
import { hiddenPath } from "./hiddenNames";
import type { Placement } from "./placement";
import { replaced, type ReplacedVersion } from "./replacedVersion";

/**
 * Writes a new version over the content of a file that keeps its names: one that has several, or
 * that is mounted by itself. The old version lies beside it, whole and flushed, until the new one
 * is flushed and read back; a failure puts it back. After a crash in between the file may be a
 * mixture, and the hidden copy becomes visible when the file is opened or written.
 *
 * @param from - the new version's present name, which it loses.
 * @throws AgeError of the disk or "changed-on-disk"; the file has its old content then. Where even
 * that fails, the old version is in a copy, which is told.
 */
export async function writeInPlace(
  disk: Disk,
  from: string,
  target: string,
  placement: Placement,
  replaces: ReplacedVersion,
): Promise<void> {
  await placement.confirmUnchanged();
  const file = await disk.openForRewriting(target);
  try {
    const kept = hiddenPath(target, replaces.mark, "cage-kept");
    await keepOld(disk, file, target, kept, replaces);
    await placement.keeper?.keep(target, file, replaces);
    try {
      await rewrite(disk, file, from, target, placement, replaces);
    } catch (error) {
      await putBack(disk, file, kept, target, placement);
      throw error;
    }
    await disk.remove(kept).catch(ignoreFailure);
    await disk.remove(from).catch(ignoreFailure);
    await disk.flushFolder(dirname(target)).catch(ignoreFailure);
  } finally {
    await file.close().catch(ignoreFailure);
  }
}

async function rewrite(
  disk: Disk,
  file: RewritableFile,
  from: string,
  target: string,
  { atMost, prompts }: Placement,
  replaces: ReplacedVersion,
): Promise<void> {
  const { mode } = await file.look();
  // The rights of a file that is written over are cut, as those of one that is replaced.
  if ((mode & 0o777 & ~atMost) !== 0) await file.setMode(mode & atMost);
  if (!(await replaces.isIn(file)) || !(await file.isAt(target))) throw replaced(target);
  const written = await overwriteWith(file, disk.stream(from));
  try {
    await expectDigest(file.stream(), written);
  } catch (error) {
    // Somebody else may have written into it: that stays, too.
    const copy = await writeConflictCopy(disk, file, target);
    prompts.tellWritten({ kind: "conflict copy", path: target, copy });
    throw error;
  }
  if (!(await file.isAt(target))) throw replaced(target);
}

/** Copies the old version, which must be the one that was agreed on. */
async function keepOld(
  disk: Disk,
  file: RewritableFile,
  target: string,
  kept: string,
  replaces: ReplacedVersion,
): Promise<void> {
  if (!(await replaces.isIn(file))) throw replaced(target);
  // A killed write left it, perhaps with the last whole version.
  if ((await disk.facts(kept)) !== null) await showConflictCopy(disk, kept, target);
  await copyToNewFile(disk, file, kept);
  if (await replaces.isIn(file)) return;
  await disk.remove(kept);
  throw replaced(target);
}

/** Writes over a file's content. @returns the digest of what was written. */
async function overwriteWith(
  file: RewritableFile,
  content: AsyncIterable<Uint8Array>,
): Promise<string> {
  const passing = digested(content, () => undefined);
  await file.rewrite(passing.source);
  return passing.digest();
}

/** Puts the old version back into the very file that was written; where that fails, it is told. */
async function putBack(
  disk: Disk,
  file: RewritableFile,
  kept: string,
  target: string,
  { prompts }: Placement,
): Promise<void> {
  try {
    await expectDigest(file.stream(), await overwriteWith(file, disk.stream(kept)));
    await disk.remove(kept);
  } catch (error) {
    if (!(error instanceof AgeError)) throw error;
    const copy = await showConflictCopy(disk, kept, target).catch(() => kept);
    prompts.tellWritten({ kind: "not put back", path: target, copy });
  }
}
