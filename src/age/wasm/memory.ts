// The layout of the memory, in bytes. The engine has no data of its own, so all of it is laid out
// here: first what has to do with a key, in one stretch, so that one fill wipes it; then the
// caller's runs.

/** The caller's: a key of 32 bytes. */
export const key: usize = 0;

/** The caller's, for single messages: a nonce of 12 bytes. */
export const nonce: usize = 32;

/**
 * ChaCha20's initial state (RFC 8439 §2.3): constants, key, block counter, nonce, 4 bytes a word.
 */
export const initial: usize = 64;

/** The state after a column round, but for the column of the block counter. */
export const started: usize = 128;

/**
 * Poly1305's state: four limbs of the accumulator and four of r, 8 bytes each; then s, 16 bytes.
 */
export const mac: usize = 192;

/** A block of 16 bytes: what has to be padded, and the lengths. */
export const block: usize = 272;

/** A tag of 16 bytes, to be compared. */
export const tag: usize = 288;

/** A batch of keystream. */
export const keystream: usize = 512;

/** The address at which the caller's memory begins. */
export const runs: usize = 1024;

/** Forgets all keys and what was made of them. */
export function wipeSecrets(): void {
  memory.fill(0, 0, runs);
}
