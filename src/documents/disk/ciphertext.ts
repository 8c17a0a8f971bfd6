import { formatByBeginning, longestBeginning } from "../../age/age";
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
