import { dirname } from "node:path";
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
 * is flushed and read back. A failure puts the old version back. After a crash in between, the file
 * may be a mixture; the hidden copy becomes visible when the file is next opened or written.
 *
 * @param from - the new version's present name, which is removed.
 * @throws AgeError of the disk or "changed-on-disk"; the file has its old content then. If even
 * putting that back fails, the old version is in a copy that `prompts` names to the user.
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
    const oldCopy = hiddenPath(target, replaces.mark, "cage-kept");
    await copyOld(disk, file, target, oldCopy, replaces);
    await placement.keeper?.keep(target, file, replaces);
    try {
      await rewrite(disk, file, from, target, placement, replaces);
    } catch (error) {
      await putBack(disk, file, oldCopy, target, placement);
      throw error;
    }
    await disk.remove(oldCopy).catch(ignoreFailure);
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
  // An overwritten file, like a replaced one, loses the rights that exceed `atMost`.
  if ((mode & 0o777 & ~atMost) !== 0) await file.setMode(mode & atMost);
  if (!(await replaces.isIn(file)) || !(await file.isAt(target))) throw replaced(target);
  const written = await overwriteWith(file, disk.stream(from));
  try {
    await expectDigest(file.stream(), written);
  } catch (error) {
    // Another program may have written into the file, so its present content stays as a copy.
    const copy = await writeConflictCopy(disk, file, target);
    prompts.tellWritten({ kind: "conflict copy", path: target, copy });
    throw error;
  }
  if (!(await file.isAt(target))) throw replaced(target);
}

/** Copies the old version, if it is the one that was agreed on. */
async function copyOld(
  disk: Disk,
  file: RewritableFile,
  target: string,
  oldCopy: string,
  replaces: ReplacedVersion,
): Promise<void> {
  if (!(await replaces.isIn(file))) throw replaced(target);
  // A killed write left it, perhaps with the last whole version.
  if ((await disk.facts(oldCopy)) !== null) await showConflictCopy(disk, oldCopy, target);
  await copyToNewFile(disk, file, oldCopy);
  if (await replaces.isIn(file)) return;
  await disk.remove(oldCopy);
  throw replaced(target);
}

/** Overwrites a file's content. @returns the digest of the new content. */
async function overwriteWith(
  file: RewritableFile,
  content: AsyncIterable<Uint8Array>,
): Promise<string> {
  const passing = digested(content);
  await file.rewrite(passing.source);
  return passing.digest();
}

/** Puts the old version back into the same file. If that fails, it tells the user where it is. */
async function putBack(
  disk: Disk,
  file: RewritableFile,
  oldCopy: string,
  target: string,
  { prompts }: Placement,
): Promise<void> {
  try {
    await expectDigest(file.stream(), await overwriteWith(file, disk.stream(oldCopy)));
    await disk.remove(oldCopy);
  } catch (error) {
    ignoreFailure(error);
    const copy = await showConflictCopy(disk, oldCopy, target).catch(() => oldCopy);
    prompts.tellWritten({ kind: "not put back", path: target, copy });
  }
}
