import { AgeError } from "../age/errors";

/**
 * The bytes of a passphrase: its UTF-8, unchanged, as the other age programs take it. The caller
 * wipes them.
 *
 * @throws AgeError `incorrect-passphrase` if it is empty, which age refuses too
 */
export function encodePassphrase(text: string): Uint8Array {
  if (text === "") throw new AgeError("incorrect-passphrase", "the passphrase is empty");
  return new TextEncoder().encode(text);
}
