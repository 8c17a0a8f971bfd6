import { basename, dirname, join } from "node:path";
import { utf8 } from "../../age/bytes";
import { AgeError } from "../../age/errors";
import type { DescribedFile, Disk, NewFile } from "./disk";
import { lastMoment } from "./fileFacts";
import { isEncryptedName } from "./encryptedNames";
import { makeFile, writeFlushed } from "./newFile";
import { shortened } from "./shortened";

/**
 * Gives another program's version a visible name, beside the file whose name it had.
 *
 * @param from - its present, hidden name.
 * @returns the path of the copy.
 */
export async function showConflictCopy(disk: Disk, from: string, target: string): Promise<string> {
  const time = (await disk.facts(from))?.mtime ?? 0;
  return atFreeName(target, time, (copy) => disk.renameToFree(from, copy));
}

/** Writes a conflict copy of an open file that has lost its name. @returns the path of the copy. */
export async function writeConflictCopy(
  disk: Disk,
  file: DescribedFile,
  target: string,
): Promise<string> {
  const { mtime } = await file.look();
  return atFreeName(target, mtime, (copy) => copyToNewFile(disk, file, copy));
}

/** Copies an open file to a new one and flushes it. A failure leaves no partial copy behind. */
export async function copyToNewFile(disk: Disk, file: DescribedFile, path: string): Promise<void> {
  const fill = (copy: NewFile): Promise<void> => writeFlushed(copy, file.stream());
  await makeFile(disk, path, fill, () => Promise.resolve());
}

async function atFreeName(
  target: string,
  time: number,
  take: (path: string) => Promise<void>,
): Promise<string> {
  for (let number = 1; ; number++) {
    const copy = join(dirname(target), conflictName(basename(target), time, number));
    try {
      await take(copy);
      return copy;
    } catch (error) {
      if (!(error instanceof AgeError && error.code === "already-exists")) throw error;
    }
  }
}

/**
 * Names a conflict copy: "secrets.conflict-20261128-172003.yaml.age" for "secrets.yaml.age". It
 * keeps the suffixes, so that the copy opens like the file.
 *
 * @param time - the time when the version was written, in milliseconds since 1970; the name shows
 * it in UTC.
 * @param number - counts the copies of one second, from 1.
 */
export function conflictName(name: string, time: number, number: number): string {
  const encrypted = isEncryptedName(name) ? name.slice(name.lastIndexOf(".")) : "";
  const plain = name.slice(0, name.length - encrypted.length);
  const dot = plain.lastIndexOf(".");
  // A very long suffix does not name a language.
  const hasSuffix = dot > 0 && utf8(plain.slice(dot)).length <= longestSuffix;
  const stem = hasSuffix ? plain.slice(0, dot) : plain;
  const suffix = plain.slice(stem.length) + encrypted;
  const date = new Date(Math.min(Math.max(time || 0, 0), lastMoment));
  const [day = "", clock = ""] = date.toISOString().replaceAll(/[-:]/g, "").split(/[T.]/);
  const counted = number === 1 ? "" : `-${number}`;
  const added = `.conflict-${day}-${clock}${counted}${suffix}`;
  return `${shortened(stem, longestName - utf8(added).length, "beginning")}${added}`;
}

const longestSuffix = 50;

/** The longest name that most file systems allow, in bytes. */
const longestName = 255;
