// The engine's interface for JavaScript. Each call wipes the key before it returns.
import { open, seal, tagSize } from "./aead";
import { key, nonce, wipeSecrets, workspaceStart } from "./layout";
import { absorbEnded, startMac, writeTag } from "./poly1305";

export { key, nonce, workspaceStart };

const chunkSize: u32 = 64 * 1024;
const sealedChunkSize: u32 = chunkSize + tagSize;

/**
 * Encrypts a run of chunks in place. They begin `sealedChunkSize` bytes apart, and all but the last
 * are full.
 *
 * @param length - length of the plaintext in bytes; 0 means one empty chunk.
 * @param indexHigh - the upper 32 bits of the first chunk's number in the payload.
 * @param indexLow - its lower 32 bits.
 * @param last - 1 if the run's last chunk is the payload's last one, else 0.
 */
export function sealRun(run: usize, length: u32, indexHigh: u32, indexLow: u32, last: u32): void {
  let index = ((<u64>indexHigh) << 32) | indexLow;
  while (length > chunkSize) {
    setChunkNonce(index++, 0);
    seal(nonce, run, chunkSize);
    run += sealedChunkSize;
    length -= chunkSize;
  }
  setChunkNonce(index, last);
  seal(nonce, run, length);
  wipeSecrets();
}

/**
 * Decrypts a run of sealed chunks in place, up to the first that is not the one sealed there. The
 * text of that chunk is zeros afterwards, and the chunks behind it are unchanged. {@link sealRun}
 * explains the other parameters.
 *
 * @param length - length of the sealed chunks in bytes.
 * @returns the number of chunks that it opened: all of them if none failed.
 */
export function openRun(run: usize, length: u32, indexHigh: u32, indexLow: u32, last: u32): u32 {
  const first = ((<u64>indexHigh) << 32) | indexLow;
  let opened: u32 = 0;
  do {
    const isEnd = length <= sealedChunkSize;
    const size = isEnd ? length : sealedChunkSize;
    setChunkNonce(first + opened, isEnd ? last : 0);
    if (size < tagSize || !open(nonce, run, size - tagSize)) break;
    opened++;
    run += sealedChunkSize;
    length -= size;
  } while (length > 0);
  wipeSecrets();
  return opened;
}

/** Encrypts a message in place under the nonce in `nonce`, and writes the tag after it. */
export function sealMessage(message: usize, length: u32): void {
  seal(nonce, message, length);
  wipeSecrets();
}

/**
 * Decrypts a message in place under the nonce in `nonce`. If its tag does not fit, the message is
 * zeros afterwards.
 *
 * @param length - length of the message in bytes, without the tag after it.
 * @returns true if the tag fits.
 */
export function openMessage(message: usize, length: u32): bool {
  const fits = open(nonce, message, length);
  wipeSecrets();
  return fits;
}

/**
 * Writes Poly1305's tag of a message after it, under the one-time key in `key`. For tests.
 */
export function poly1305(message: usize, length: u32): void {
  startMac(key);
  absorbEnded(message, length);
  writeTag(message + length);
  wipeSecrets();
}

/** Writes the chunk's nonce: a counter of 11 bytes, big endian, then `last` (age.md, Payload). */
function setChunkNonce(index: u64, last: u32): void {
  store<u64>(nonce, 0);
  for (let at: usize = 10; index > 0; at--) {
    store<u8>(nonce + at, index);
    index >>= 8;
  }
  store<u8>(nonce, last, 11);
}
