import type { Disk } from "./disk/disk";
import { nullWhenRefused } from "./disk/diskFailures";
import { readVersion, type OpenDocument } from "./openDocument";

/**
 * Tells whether a file holds, or may hold, other bytes than the document was read from. If a rename
 * or a deletion was undone, the bytes are the same but the times differ.
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
