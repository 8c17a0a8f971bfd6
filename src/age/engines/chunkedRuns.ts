import { chunkCount, chunkNonceSize, chunkSize, sealedChunkSize, setChunkNonce } from "../chunks";
import type { Chunk } from "../source";
import type { ChunkRuns, Run } from "./engine";

/** The calls of an engine that takes one chunk a call. */
export interface ChunkCalls {
  /** Encrypts a chunk. Returns it in pieces, each in a buffer of its own. */
  seal(nonce: Uint8Array, plaintext: Uint8Array): readonly Uint8Array[];
  /** Decrypts into a new buffer, or returns null if the tag does not fit. */
  open(nonce: Uint8Array, ciphertext: Uint8Array): Uint8Array | null;
  release(piece: Uint8Array): void;
  wipe(): void;
}

/**
 * Makes runs for an engine that takes one chunk a call and does not change the run's buffer. The
 * parameters are those of {@link EngineImplementation.chunkRuns}.
 */
export function chunkedRuns(buffers: number, slots: number, calls: ChunkCalls): ChunkRuns {
  const memory = Array.from({ length: buffers }, () => new Uint8Array(slots * sealedChunkSize));
  const nonce = new Uint8Array(chunkNonceSize);
  return {
    buffers: memory,
    seal(run) {
      const pieces: Uint8Array[] = [];
      for (const [i, { bytes, position }] of chunksOfRun(run, chunkSize).entries()) {
        setChunkNonce(nonce, run.index + i, position);
        pieces.push(...calls.seal(nonce, bytes));
      }
      return pieces;
    },
    open(run) {
      const pieces: Uint8Array[] = [];
      for (const [i, { bytes, position }] of chunksOfRun(run, sealedChunkSize).entries()) {
        setChunkNonce(nonce, run.index + i, position);
        const plaintext = calls.open(nonce, bytes);
        if (plaintext === null) return { pieces, failed: i };
        pieces.push(plaintext);
      }
      return { pieces, failed: null };
    },
    release(pieces) {
      for (const piece of pieces) calls.release(piece);
    },
    wipe() {
      calls.wipe();
      for (const buffer of memory) buffer.fill(0);
    },
  };
}

/**
 * Lists the chunks of a run in their slots. A run without bytes has one empty chunk.
 *
 * @param size - the length of a full chunk in bytes: of its plaintext, or of the sealed chunk.
 */
function chunksOfRun({ buffer, length, position }: Run, size: number): readonly Chunk[] {
  const count = chunkCount(length, size);
  return Array.from({ length: count }, (_, i) => {
    const start = i * sealedChunkSize;
    return {
      bytes: buffer.subarray(start, start + Math.min(length - i * size, size)),
      position: i === count - 1 ? position : "inner",
    };
  });
}
