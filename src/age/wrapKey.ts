import { tagSize, type Aead } from "./engines/engine";
import { aead } from "./engines/engineChoice";
import { fileKeySize } from "./header";

/** Wraps a file key with a key that is used once. It zeroes the wrap key. */
export function wrapWith(wrapKey: Uint8Array, fileKey: Uint8Array): Uint8Array {
  return usedUp(wrapKey, (cipher) => cipher.seal(zeroNonce, fileKey));
}

/** Unwraps a file key; null if another key wrapped it. It zeroes the wrap key. */
export function unwrapWith(wrapKey: Uint8Array, body: Uint8Array): Uint8Array | null {
  return usedUp(wrapKey, (cipher) => cipher.open(zeroNonce, body));
}

function usedUp<Result>(wrapKey: Uint8Array, use: (cipher: Aead) => Result): Result {
  const cipher = aead(wrapKey);
  try {
    return use(cipher);
  } finally {
    cipher.wipe();
    wrapKey.fill(0);
  }
}

/**
 * Tells whether a stanza's body has the length of a wrapped file key. It is checked before
 * decryption, so that a stanza cannot be made to open under several keys or passphrases (age.md,
 * The X25519 recipient type and The scrypt recipient type).
 */
export function hasWrappedSize(body: Uint8Array): boolean {
  return body.length === fileKeySize + tagSize;
}

/** A wrap key is used once, so its nonce may be constant. */
const zeroNonce = new Uint8Array(12);
