import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  getCiphers,
  type KeyObject,
} from "node:crypto";
import { concat, freeMemory, plain } from "../bytes";
import { chunkedRuns } from "./chunkedRuns";
import { type EngineImplementation, tagSize } from "./engine";

/**
 * The engine of OpenSSL, through `node:crypto`. Electron's BoringSSL has the cipher only behind an
 * interface that Node does not use.
 *
 * A key is imported once, into a key object: raw bytes would be imported again for each chunk.
 * OpenSSL clears its memory when the object is collected.
 */
export const openssl: EngineImplementation = {
  name: "openssl",
  isAvailable: () => getCiphers().includes(cipherName),
  aead(key) {
    const secret = createSecretKey(key);
    return {
      seal: (nonce, plaintext) => concat(seal(secret, nonce, plaintext)),
      open: (nonce, ciphertext) => open(secret, nonce, ciphertext),
      wipe: forget,
    };
  },
  chunkRuns(payloadKey, buffers, slots) {
    const secret = createSecretKey(payloadKey);
    keepFreedMemory();
    return chunkedRuns(buffers, slots, {
      seal: (nonce, plaintext) => seal(secret, nonce, plaintext),
      open: (nonce, ciphertext) => open(secret, nonce, ciphertext),
      release: freeMemory,
      wipe: forget,
    });
  },
};

const cipherName = "chacha20-poly1305";
const options = { authTagLength: tagSize };

/** Returns ciphertext and tag: joining them would copy as many bytes as were encrypted. */
function seal(key: KeyObject, nonce: Uint8Array, plaintext: Uint8Array): [Uint8Array, Uint8Array] {
  const cipher = createCipheriv(cipherName, key, nonce, options);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return [plain(ciphertext), plain(cipher.getAuthTag())];
}

function open(key: KeyObject, nonce: Uint8Array, ciphertext: Uint8Array): Uint8Array | null {
  if (ciphertext.length < tagSize) return null;
  const end = ciphertext.length - tagSize;
  const decipher = createDecipheriv(cipherName, key, nonce, options);
  decipher.setAuthTag(ciphertext.subarray(end));
  const plaintext = plain(decipher.update(ciphertext.subarray(0, end)));
  try {
    decipher.final();
  } catch {
    plaintext.fill(0);
    return null;
  }
  return plaintext;
}

/**
 * Lets the C library keep what {@link freeMemory} gives back for the next chunk. By default,
 * glibc's malloc returns the end of its heap to the system once 128 KiB are free there. Each chunk
 * then faults its pages in again, which can take half of the time. After a larger block was freed,
 * malloc keeps twice that block's size (mallopt(3), M_TRIM_THRESHOLD). Nobody touches the block.
 */
function keepFreedMemory(): void {
  freeMemory(new Uint8Array(2 * 1024 * 1024));
}

function forget(): void {
  // We hold no copy of the key.
}
