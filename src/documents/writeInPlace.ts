import { dirname } from "node:path";
import { showConflictCopy } from "./conflictCopy";
import { digested, expectDigest } from "./digest";
import type { Disk } from "./disk";
import { ignoreFailure } from "./diskErrors";
import { hiddenPath } from "./hiddenNames";
import type { Placement } from "./placement";
import { replaced, type ReplacedVersion } from "./replacedVersion";

/**
 * Writes a new version over the content of a file that keeps its names: one that has several, or
 * that is mounted by itself. The old version lies beside it, whole and flushed, until the new one
 * is flushed and read back; a failure puts it back. After a crash in between the file may be a
 * mixture, and the hidden copy becomes visible with the next write.
 *
 * @param from - the new version's present name, which it loses.
 * @throws AgeError of the disk or "changed-on-disk"; the file has its old content then. Where even
 * that fails, the old version is in a conflict copy, which is told.
 */
export async function writeInPlace(
  disk: Disk,
  from: string,
  target: string,
  { confirmUnchanged, prompts }: Placement,
  replaces: ReplacedVersion,
): Promise<void> {
  await confirmUnchanged();
  const kept = hiddenPath(target, replaces.mark, "cage-kept");
  await keepOld(disk, target, kept, replaces);
  try {
    await overwriteWith(disk, from, target);
  } catch (error) {
    try {
      await overwriteWith(disk, kept, target);
      await disk.remove(kept);
    } catch {
      const copy = await showConflictCopy(disk, kept, target);
      prompts.tellWritten({ kind: "not put back", path: target, copy });
    }
    throw error;
  }
  await disk.remove(kept).catch(ignoreFailure);
  await disk.remove(from).catch(ignoreFailure);
  await disk.flushFolder(dirname(target)).catch(ignoreFailure);
}

/** Copies the old version, which must be the one that was agreed on. */
async function keepOld(
  disk: Disk,
  target: string,
  kept: string,
  replaces: ReplacedVersion,
): Promise<void> {
  const old = await disk.openForReading(target);
  try {
    if (!(await replaces.isIn(old))) throw replaced(target);
    // A killed write left it, perhaps with the last whole version.
    if ((await disk.facts(kept)) !== null) await showConflictCopy(disk, kept, target);
    const copy = await disk.create(kept);
    try {
      try {
        for await (const piece of old.stream()) await copy.write(piece);
        await copy.flush();
      } finally {
        await copy.close();
      }
      if (!(await replaces.isIn(old))) throw replaced(target);
    } catch (error) {
      await disk.remove(kept).catch(ignoreFailure);
      throw error;
    }
  } finally {
    await old.close();
  }
}

/** Writes a file's content over another one's, and reads it back. */
async function overwriteWith(disk: Disk, from: string, target: string): Promise<void> {
  const passing = digested(disk.stream(from), () => undefined);
  await disk.overwrite(target, passing.source);
  await expectDigest(disk.stream(target), passing.digest());
}
