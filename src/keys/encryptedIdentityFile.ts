import { type AgeFile, plaintextSize, readAgeFile, stanzaTypes } from "../age/age";
import { AgeError } from "../age/errors";
import { scryptType } from "../age/scrypt";
import { maxKeyFileSize } from "./keyFile";

/** The length of the shortest identity, in bytes: "AGE-PLUGIN-X-1" and a checksum. */
const shortestIdentity = 20;

/**
 * Tells why an age file can't be an identity file with a passphrase. Only the passphrase reveals
 * the content, so many files of other data may be identity files.
 *
 * @param file - the file, which it closes.
 * @param size - length of the whole file in bytes.
 * @returns the end of a sentence, such as "is encrypted to recipients", or null if the file may be
 * an identity file.
 * @throws AgeError "invalid-armor", or "corrupt-payload" if no file has this length.
 */
export async function whyNoIdentityFile(file: AgeFile, size: number): Promise<string | null> {
  const types = stanzaTypes(file.header);
  const isForPassphrase = types.length === 1 && types[0] === scryptType;
  // Armor is a third larger than its content.
  if (!isForPassphrase || size > maxKeyFileSize * 1.5) {
    await file.close();
    if (isForPassphrase) return "is too large for an identity file";
    return "is encrypted to recipients; an encrypted identity file needs a passphrase instead";
  }
  const length = await plaintextSize(file, size);
  if (length > maxKeyFileSize) return "is too large for an identity file";
  return length < shortestIdentity ? "is too short to hold an identity" : null;
}

/**
 * Refuses an age file that can't be an identity file with a passphrase.
 *
 * @throws AgeError "invalid-identity" with the file's path.
 */
export async function refuseOtherAgeFiles(content: Uint8Array, path: string): Promise<void> {
  const reading = readAgeFile([content]).then((file) => whyNoIdentityFile(file, content.length));
  const why = await reading.catch((error: unknown) => {
    if (error instanceof AgeError) return `is a damaged age file: ${error.message}`;
    throw error;
  });
  if (why !== null) throw new AgeError("invalid-identity", `${path} ${why}`, { path });
}
