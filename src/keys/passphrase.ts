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

const groups = 7;
const groupLength = 4;

/** 32 characters, so that a byte maps to one evenly; those that look alike (0 o, 1 l) are out. */
const alphabet = "abcdefghijkmnpqrstuvwxyz23456789";

/**
 * A new passphrase of 140 random bits, to be written down and typed again: seven groups of four
 * characters, joined by hyphens. It is a string because it is made to be shown.
 *
 * @param randomBytes - a cryptographic source of `length` bytes
 */
export function suggestPassphrase(randomBytes: (length: number) => Uint8Array): string {
  const characters = Array.from(
    randomBytes(groups * groupLength),
    (byte) => alphabet[byte % alphabet.length],
  );
  return Array.from({ length: groups }, (_, group) =>
    characters.slice(group * groupLength, (group + 1) * groupLength).join(""),
  ).join("-");
}
