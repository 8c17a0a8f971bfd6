import type { ChunkPosition } from "../source";

/** An engine that computes ChaCha20-Poly1305 (RFC 8439). */
export type Engine = "openssl" | "wasm" | "portable";

/** The length of the tag that ends a sealed text, in bytes. */
export const tagSize = 16;

/** A way to compute ChaCha20-Poly1305. */
export interface EngineImplementation {
  readonly name: Engine;
  /**
   * Tells whether this runtime has what the engine needs. The engine may still compute wrong
   * results.
   */
  isAvailable(): boolean;
  /** Makes a cipher for single messages under a key of 32 bytes, which it copies. */
  aead(key: Uint8Array): Aead;
  /**
   * Makes a cipher for runs of chunks under a payload key of 32 bytes, which it copies.
   *
   * @param buffers - the number of runs held at once: one for each step of a pipeline.
   * @param slots - the most chunks that a run has.
   */
  chunkRuns(payloadKey: Uint8Array, buffers: number, slots: number): ChunkRuns;
}

/** A cipher: ChaCha20-Poly1305 (RFC 8439 §2.8) under one key, without additional data. */
export interface Aead {
  /** Encrypts into a new buffer, whose last 16 bytes are the tag. */
  seal(nonce: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** Decrypts into a new buffer, or returns null if the tag does not fit. */
  open(nonce: Uint8Array, ciphertext: Uint8Array): Uint8Array | null;
  /** Forgets the key, as far as our own buffers hold it. */
  wipe(): void;
}

/** A run of consecutive chunks of one payload, in a buffer. */
export interface Run {
  /** One of {@link ChunkRuns.buffers}. */
  readonly buffer: Uint8Array;
  /**
   * The length of the plaintext, or of the sealed chunks, in bytes. All chunks except the last are
   * full.
   */
  readonly length: number;
  /** The number of the run's first chunk in the payload. */
  readonly index: number;
  /** The run's position: "last" if its last chunk is the payload's last one. */
  readonly position: ChunkPosition;
}

/** The result of opening a run. */
export interface OpenedRun {
  /** The plaintext of the chunks before the one that failed, one piece each. */
  readonly pieces: readonly Uint8Array[];
  /** The first chunk of the run that did not open, counted from 0; null if all of them opened. */
  readonly failed: number | null;
}

/**
 * A cipher for runs of chunks of one payload (age.md, Payload: STREAM).
 *
 * A run lies in slots of `sealedChunkSize` bytes. A sealed chunk fills its slot; the plaintext of a
 * chunk stands at the slot's start.
 */
export interface ChunkRuns {
  /** The only memory for runs: each buffer has `slots` times `sealedChunkSize` bytes. */
  readonly buffers: readonly Uint8Array[];
  /**
   * Encrypts a run. Returns the sealed run in pieces, in order. They are views of the run's buffer,
   * or buffers of the engine. They are valid until the run's buffer is used again, or until they
   * are released.
   */
  seal(run: Run): readonly Uint8Array[];
  /**
   * Decrypts a run. The pieces are valid as long as those of {@link seal}. Neither they nor the
   * buffer contain unverified plaintext.
   */
  open(run: Run): OpenedRun;
  /** Gives the memory of pieces back early, if it is not that of the run's buffer. */
  release(pieces: readonly Uint8Array[]): void;
  /** Forgets the key and zeroes the buffers. Nothing may be used afterwards. */
  wipe(): void;
}
