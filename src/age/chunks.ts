import { tagSize } from "./engines/engine";
import type { ChunkPosition } from "./source";

/** The length of a chunk's plaintext in bytes; only the last chunk is shorter. */
export const chunkSize = 64 * 1024;

/** The length of a sealed chunk in bytes. */
export const sealedChunkSize = chunkSize + tagSize;

/** The length of a chunk's nonce in bytes. */
export const chunkNonceSize = 12;

/**
 * Writes the nonce of a chunk: a counter of 11 bytes, big endian, and a byte that is 1 in the last
 * chunk (age.md, Payload).
 *
 * @param nonce - 12 bytes, which it overwrites.
 */
export function setChunkNonce(nonce: Uint8Array, index: number, position: ChunkPosition): void {
  let rest = index;
  for (let at = 10; at >= 0; at--) {
    nonce[at] = rest % 0x100;
    rest = Math.floor(rest / 0x100);
  }
  nonce[11] = position === "last" ? 1 : 0;
}

/**
 * Counts the chunks of a payload, or of a run of chunks. One without bytes has one empty chunk
 * (age.md, Payload).
 *
 * @param length - the bytes in all, of the plaintext or sealed.
 * @param size - the bytes of a full chunk, of its plaintext or sealed.
 */
export function chunkCount(length: number, size = chunkSize): number {
  return Math.max(Math.ceil(length / size), 1);
}

/** Computes the length of all sealed chunks of a plaintext together, in bytes. */
export function sealedSize(plaintextSize: number): number {
  return plaintextSize + chunkCount(plaintextSize) * tagSize;
}

/** Returns the length of the shortest sealed chunk at an index, in bytes. */
export function smallestSealedChunk(index: number): number {
  // The last chunk may be empty only if it is the first one too (age.md, Payload).
  return index === 0 ? tagSize : tagSize + 1;
}
