// The layout of the memory, in bytes. The engine has no data of its own, so all of it is laid out
// here. Everything that depends on a key comes first, so that one fill wipes it. The workspace
// follows.

/** The caller's key of 32 bytes. */
export const key: usize = 0;

/** The caller's nonce of 12 bytes, for single messages. */
export const nonce: usize = 32;

/**
 * ChaCha20's initial state (RFC 8439 §2.3): constants, key, block counter, nonce, 4 bytes a word.
 */
export const initial: usize = 64;

/** The state after a column round, without the column of the block counter. */
export const started: usize = 128;

/**
 * Poly1305's state: four limbs of the accumulator and four of r, 8 bytes each; then s, 16 bytes.
 */
export const mac: usize = 192;

/** A block of 16 bytes: the padded end of a text, or the lengths. */
export const block: usize = 272;

/** A tag of 16 bytes, for comparison. */
export const tag: usize = 288;

/** A batch of keystream: 8 blocks of 64 bytes. */
export const keystream: usize = 512;

/** The address of the workspace, in which the caller puts messages. */
export const workspaceStart: usize = 1024;

/** Wipes all keys and everything made from them. */
export function wipeSecrets(): void {
  memory.fill(0, 0, workspaceStart);
}
