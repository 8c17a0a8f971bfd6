import type { ChunkPosition } from "../source";

/** An engine that computes ChaCha20-Poly1305 (RFC 8439). */
export type Engine = "openssl" | "wasm" | "portable";

/** Length of the tag that ends a sealed text, in bytes. */
export const tagSize = 16;

/** One way to compute ChaCha20-Poly1305. */
export interface EngineImplementation {
  readonly name: Engine;
  /**
   * Tells whether this runtime has what the engine needs. It does not tell whether the engine
   * computes rightly.
   */
  isAvailable(): boolean;
  /** A cipher for single messages under a key of 32 bytes, which is copied. */
  aead(key: Uint8Array): Aead;
  /**
   * A cipher for runs of chunks under a payload key of 32 bytes, which is copied.
   *
   * @param buffers - how many runs are held at once, one for each step of a pipeline.
   * @param slots - how many chunks a run has at most.
   */
  chunkRuns(payloadKey: Uint8Array, buffers: number, slots: number): ChunkRuns;
}

/** ChaCha20-Poly1305 (RFC 8439 §2.8) under one key, without additional data. */
export interface Aead {
  /** Encrypts; the tag is the last 16 bytes of the result, which is a buffer of its own. */
  seal(nonce: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** Decrypts into a buffer of its own, or returns null if the tag does not fit. */
  open(nonce: Uint8Array, ciphertext: Uint8Array): Uint8Array | null;
  /** Forgets the key, as far as it lies in a buffer of ours. */
  wipe(): void;
}

/** Consecutive chunks of one payload in a buffer. */
export interface Run {
  /** One of {@link ChunkRuns.buffers}. */
  readonly buffer: Uint8Array;
  /**
   * Length of the plaintext, or of the sealed chunks, in bytes. All chunks but the last are full.
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
  /** Which chunk of the run is not what was sealed there, counted from 0; null when all are. */
  readonly failed: number | null;
}

/**
 * Seals and opens runs of chunks of one payload (age.md, Payload: STREAM).
 *
 * A run lies in slots of `sealedChunkSize` bytes. A sealed chunk fills its slot; the plaintext of a
 * chunk stands at the start of it.
 */
export interface ChunkRuns {
  /** The memory for runs, each of `slots` times `sealedChunkSize` bytes; there is no other. */
  readonly buffers: readonly Uint8Array[];
  /**
   * Encrypts a run. The result is the sealed run in pieces, in order, to be written as they come:
   * views of the run's buffer, or buffers of the engine's own. They are valid until the buffer is
   * used again or they are released.
   */
  seal(run: Run): readonly Uint8Array[];
  /**
   * Decrypts a run. The pieces are valid as those of {@link seal} are; no unverified plaintext is
   * in them, and none is left in the buffer.
   */
  open(run: Run): OpenedRun;
  /** Gives the memory of pieces back early, where they have memory of their own. */
  release(pieces: readonly Uint8Array[]): void;
  /** Forgets the key and zeroes the buffers. Nothing may be used afterwards. */
  wipe(): void;
}
