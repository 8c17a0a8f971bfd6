// ChaCha20-Poly1305 (RFC 8439 §2.8) in place, without additional data.
import { encryptRest, nextKeystream, setBlockCounter, startCipher } from "./chacha20";
import { keystream, tag } from "./layout";
import { absorbLength, absorbPadded, startMac, writeTag } from "./poly1305";
import { batchSize, encrypt, encryptAndAbsorb } from "./woven";

/** The length of a tag in bytes. */
export const tagSize: u32 = 16;

/** Encrypts a text under the key in `key`, and writes its tag after it. */
export function seal(nonce: usize, text: usize, length: u32): void {
  start(nonce);
  const batches = length / batchSize;
  let absorbed: u32 = 0;
  // Poly1305 absorbs the ciphertext, so it is always one batch behind.
  if (batches > 0) encrypt(text, 1);
  if (batches > 1) {
    encryptAndAbsorb(text + batchSize, text, batches - 1);
    absorbed = (batches - 1) * batchSize;
  }
  encryptRest(text + batches * batchSize, length - batches * batchSize);
  absorbPadded(text + absorbed, length - absorbed);
  absorbLength(length);
  writeTag(text + length);
}

/**
 * Decrypts a text with its tag after it. If the tag does not fit, the text is zeros afterwards.
 *
 * @returns true if the tag fits.
 */
export function open(nonce: usize, text: usize, length: u32): bool {
  start(nonce);
  const batches = length / batchSize;
  const absorbed = batches * batchSize;
  if (batches > 0) encryptAndAbsorb(text, text, batches);
  absorbPadded(text + absorbed, length - absorbed);
  absorbLength(length);
  writeTag(tag);
  // The comparison only tells whether the tags are the same, never where they differ.
  const fits = !v128.any_true(v128.xor(v128.load(tag), v128.load(text + length)));
  if (fits) encryptRest(text + absorbed, length - absorbed);
  else memory.fill(text, 0, length);
  return fits;
}

/**
 * Starts the cipher and the MAC. The one-time key is the beginning of block 0 (RFC 8439 §2.6), and
 * the text is encrypted from block 1 on.
 */
function start(nonce: usize): void {
  startCipher(nonce);
  nextKeystream();
  startMac(keystream);
  setBlockCounter(1);
}
