import { basename, dirname, join } from "node:path";
import { utf8 } from "../../age/bytes";
import { AgeError } from "../../age/errors";
import type { DescribedFile, Disk } from "./disk";
import { ignoreFailure } from "./diskFailures";
import { isEncryptedName } from "./encryptedNames";

/**
 * Gives another program's version a visible name, beside the file whose name it had.
 *
 * @param from - the hidden name that it has.
 * @returns the path of the copy.
 */
export async function showConflictCopy(disk: Disk, from: string, target: string): Promise<string> {
  const time = (await disk.facts(from))?.mtime ?? 0;
  return atFreeName(target, time, (copy) => disk.renameToFree(from, copy));
}

/** Writes such a copy of a file that is open, but has no name any more. */
export async function writeConflictCopy(
  disk: Disk,
  file: DescribedFile,
  target: string,
): Promise<string> {
  const { mtime } = await file.look();
  return atFreeName(target, mtime, (copy) => copyToNewFile(disk, file, copy));
}

/** Copies an open file to a new one, flushed. A failure leaves no part of the copy. */
export async function copyToNewFile(disk: Disk, file: DescribedFile, path: string): Promise<void> {
  const copy = await disk.create(path);
  try {
    try {
      for await (const piece of file.stream()) await copy.write(piece);
      await copy.flush();
    } finally {
      await copy.close();
    }
  } catch (error) {
    await disk.remove(path).catch(ignoreFailure);
    throw error;
  }
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
 * keeps the suffixes, so that it opens as the file does.
 *
 * @param time - when the version was written, in milliseconds since 1970; the name has it in UTC.
 * @param number - counts the copies of one second, from 1.
 */
export function conflictName(name: string, time: number, number: number): string {
  const encrypted = isEncryptedName(name) ? name.slice(name.lastIndexOf(".")) : "";
  const plain = name.slice(0, name.length - encrypted.length);
  const dot = plain.lastIndexOf(".");
  // What is very long is no suffix that tells a language.
  const hasSuffix = dot > 0 && utf8(plain.slice(dot)).length <= longestSuffix;
  const stem = hasSuffix ? plain.slice(0, dot) : plain;
  const suffix = plain.slice(stem.length) + encrypted;
  const date = new Date(Math.min(Math.max(time || 0, 0), lastMoment));
  const [day = "", clock = ""] = date.toISOString().replaceAll(/[-:]/g, "").split(/[T.]/);
  const counted = number === 1 ? "" : `-${number}`;
  const added = `.conflict-${day}-${clock}${counted}${suffix}`;
  return `${shortened(stem, longestName - utf8(added).length)}${added}`;
}

const longestSuffix = 50;

/** Most file systems allow so many bytes. */
const longestName = 255;

/** The end of the year 9999, after which years have more digits. */
const lastMoment = Date.UTC(9999, 11, 31);

function shortened(stem: string, length: number): string {
  const characters = Array.from(stem);
  while (utf8(characters.join("")).length > length) characters.pop();
  return characters.join("");
}
