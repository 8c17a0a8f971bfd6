import { formatByBeginning, longestBeginning, readAgeFile, stanzaTypes } from "../../age/age";
import { isDamage } from "../../age/errors";
import type { Source } from "../../age/source";
import type { Disk } from "./disk";
import { ignoreFailure } from "./diskFailures";

/** Tells whether bytes begin like an age file, in either format. */
export function beginsAgeFile(bytes: Uint8Array): boolean {
  return formatByBeginning(bytes.subarray(0, longestBeginning)) !== null;
}

/** Tells by its first bytes whether a file is an age file; false if it can't be read. */
export async function isAgeFile(path: string, disk: Disk): Promise<boolean> {
  try {
    const file = await disk.openForReading(path);
    try {
      for await (const piece of file.stream()) return beginsAgeFile(piece);
      return false;
    } finally {
      await file.close();
    }
  } catch (error) {
    ignoreFailure(error);
    return false;
  }
}

/**
 * Reads the types of an age file's stanzas, and no more than its header.
 *
 * @throws AgeError of the format or of the source.
 */
export async function readStanzaTypes(
  source: Source,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const file = await readAgeFile(source, signal);
  await file.close();
  return stanzaTypes(file.header);
}

/** Reads the types of an age file's stanzas; null for anything else. */
export async function stanzaTypesIn(
  source: Source,
  signal?: AbortSignal,
): Promise<readonly string[] | null> {
  try {
    return await readStanzaTypes(source, signal);
  } catch (error) {
    if (isDamage(error)) return null;
    throw error;
  }
}
