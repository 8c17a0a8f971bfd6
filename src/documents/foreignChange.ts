import type { Disk } from "./disk/disk";
import { nullWhenRefused } from "./disk/diskFailures";
import { readVersion, type OpenDocument } from "./openDocument";

/**
 * Tells whether a file holds other bytes than a document was read from, or may. A rename and its
 * undo, or a deletion and its undo, leave the same bytes with other times.
 */
export async function isAnotherVersion(
  { path, facts: { mtime, size, ctime }, ciphertext }: OpenDocument,
  disk: Disk,
): Promise<boolean> {
  const facts = await disk.facts(path);
  if (facts?.size !== size) return true;
  if (facts.mtime === mtime && facts.ctime === ctime) return false;
  const version = await readVersion(path, disk).catch(nullWhenRefused);
  return version?.hash !== ciphertext;
}
