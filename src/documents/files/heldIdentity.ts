import { readAgeFile } from "../../age/age";
import { utf16Order } from "../../age/byteOrderMark";
import { isDamage } from "../../age/errors";
import { whyNoIdentityFile } from "../../keys/encryptedIdentityFile";
import { holdsIdentity, longestIdentityMark } from "../../keys/identityContent";
import { isEncrypted } from "../../keys/identityFile";
import { maxKeyFileSize } from "../../keys/keyFile";
import type { DescribedFile, Disk } from "../disk/disk";

/**
 * An identity in a file: "seen" in its text, or "possible" because a passphrase encrypts the file,
 * as with some identity files.
 */
export type HeldIdentity = "seen" | "possible";

/**
 * Looks for an identity in a file's content. Of a file that is not text, or too large for an
 * identity file, it reads 1 MiB. It reads any other file whole.
 *
 * @param real - the file's path, without links.
 * @returns null if it finds none.
 * @throws AgeError if the file can't be read.
 */
export async function heldIdentity(
  real: string,
  disk: Disk,
  signal?: AbortSignal,
): Promise<HeldIdentity | null> {
  const file = await disk.openForReading(real, { noFollow: true });
  try {
    const { isSeen, isAgeFile } = await look(file, signal);
    if (isSeen) return "seen";
    return isAgeFile && (await isPossible(file, signal)) ? "possible" : null;
  } finally {
    await file.close();
  }
}

async function look(
  file: DescribedFile,
  signal?: AbortSignal,
): Promise<{ readonly isSeen: boolean; readonly isAgeFile: boolean }> {
  const { size } = file.facts;
  let isAgeFile = false;
  let position = 0;
  let tail = new Uint8Array();
  try {
    for await (const piece of file.stream(signal)) {
      const bytes = new Uint8Array(tail.length + piece.length);
      bytes.set(tail);
      bytes.set(piece, tail.length);
      tail.fill(0);
      tail = bytes.slice(-longestIdentityMark);
      isAgeFile ||= position === 0 && isEncrypted(piece);
      const isText = position > 0 || !piece.includes(0);
      position += piece.length;
      const text = isText ? bytes : withoutSecondBytes(bytes);
      const isSeen = await holdsIdentity(text).finally(() => {
        for (const used of [piece, bytes, text]) used.fill(0);
      });
      if (!isSeen && isText && size <= maxKeyFileSize && position < size) continue;
      return { isSeen, isAgeFile };
    }
    return { isSeen: false, isAgeFile };
  } finally {
    tail.fill(0);
  }
}

/**
 * Drops every second byte of a UTF-16 text, such as PowerShell writes. Other bytes stay as they
 * are.
 */
function withoutSecondBytes(bytes: Uint8Array): Uint8Array {
  const order = utf16Order(bytes);
  if (order === null) return bytes;
  return bytes.filter((_, index) => index % 2 === (order === "little endian" ? 0 : 1));
}

/** Tells whether an age file may be an identity file with a passphrase. */
async function isPossible(file: DescribedFile, signal?: AbortSignal): Promise<boolean> {
  try {
    const read = await readAgeFile(file.stream(signal), signal);
    return (await whyNoIdentityFile(read, file.facts.size)) === null;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}
