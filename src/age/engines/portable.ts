import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { copyOf } from "../bytes";
import { chunkedRuns } from "./chunkedRuns";
import { type Aead, type EngineImplementation, tagSize } from "./engine";

/** The engine of a JavaScript library. It runs everywhere, at a tenth of the others' speed. */
export const portable: EngineImplementation = {
  name: "portable",
  isAvailable: () => true,
  aead,
  chunkRuns(payloadKey, buffers, slots) {
    const cipher = aead(payloadKey);
    return chunkedRuns(buffers, slots, {
      seal: (nonce, plaintext) => [cipher.seal(nonce, plaintext)],
      open: (nonce, ciphertext) => cipher.open(nonce, ciphertext),
      release: (piece) => piece.fill(0),
      wipe: () => {
        cipher.wipe();
      },
    });
  },
};

function aead(key: Uint8Array): Aead {
  const secret = copyOf(key);
  return {
    seal: (nonce, plaintext) => chacha20poly1305(secret, nonce).encrypt(plaintext),
    open(nonce, ciphertext) {
      if (ciphertext.length < tagSize) return null;
      try {
        return chacha20poly1305(secret, nonce).decrypt(ciphertext);
      } catch {
        return null;
      }
    },
    wipe() {
      secret.fill(0);
    },
  };
}
