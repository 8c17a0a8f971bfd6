import { AgeError } from "../age/errors";

/**
 * Encodes a passphrase as UTF-8, otherwise unchanged, as the other age programs do. The caller
 * wipes the bytes.
 *
 * @throws AgeError `incorrect-passphrase` if it is empty, which age refuses too
 */
export function encodePassphrase(text: string): Uint8Array {
  if (text === "") throw new AgeError("incorrect-passphrase", "the passphrase is empty");
  return new TextEncoder().encode(text);
}
