/** The exports of woven.ts, which woven.mjs writes. This file is only for readers and editors. */

/** The length of eight blocks of ChaCha20's keystream, in bytes. */
export const batchSize: u32;

/**
 * Computes from the state `initial` the words that all blocks of a message have in common after a
 * column round.
 */
export function startRounds(): void;

/** XORs the keystream into batches in place, and moves the block counter on. */
export function encrypt(text: usize, batches: u32): void;

/**
 * Encrypts in the same way, while Poly1305 absorbs as many bytes at `message`. They may be the text
 * itself: Poly1305 absorbs each byte before it is overwritten.
 */
export function encryptAndAbsorb(text: usize, message: usize, batches: u32): void;

/**
 * Lets Poly1305 absorb blocks of 16 bytes, at least one.
 *
 * @param end - the bit after a block's end, as a multiple of 2^96: 2^32, or 0 if the block itself
 * contains it.
 */
export function absorb(message: usize, blocks: u32, end: u64): void;
