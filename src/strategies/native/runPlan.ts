import { chunkCount, chunkSize, sealedChunkSize } from "../../age/chunks";
import { tagSize } from "../../age/engines/engine";
import type { ChunkPosition } from "../../age/source";

/** The division of a payload into runs: consecutive chunks to handle together. */
export interface RunPlan {
  /** The length of the plaintext in bytes. */
  readonly plaintextSize: number;
  readonly chunksPerRun: number;
}

/** A range of bytes. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/** The place of a run, or of a part of one. */
export interface RunPlace {
  /** The number of its first chunk in the payload. */
  readonly index: number;
  readonly chunks: number;
  /** The bytes within the plaintext. */
  readonly plaintext: Span;
  /** The bytes within the sealed chunks, which begin behind the payload's nonce. */
  readonly sealed: Span;
  /** The position: "last" if it ends with the payload's last chunk. */
  readonly position: ChunkPosition;
}

/** Plans runs of about so many bytes of plaintext each, and of at least a chunk. */
export function planRuns(plaintextSize: number, runSize: number): RunPlan {
  const most = chunkCount(plaintextSize);
  const chunksPerRun = Math.min(Math.max(Math.round(runSize / chunkSize), 1), most);
  return { plaintextSize, chunksPerRun };
}

/** Returns the place of the run with this number, or null behind the last one. */
export function runPlace({ plaintextSize, chunksPerRun }: RunPlan, run: number): RunPlace | null {
  const index = run * chunksPerRun;
  const chunks = Math.min(chunkCount(plaintextSize) - index, chunksPerRun);
  return chunks <= 0 ? null : chunksPlace(plaintextSize, index, chunks);
}

/** Returns the place of these chunks. */
export function chunksPlace(plaintextSize: number, index: number, chunks: number): RunPlace {
  const start = index * chunkSize;
  const length = Math.min(chunks * chunkSize, plaintextSize - start);
  return {
    index,
    chunks,
    plaintext: { start, length },
    sealed: { start: index * sealedChunkSize, length: length + chunks * tagSize },
    position: index + chunks === chunkCount(plaintextSize) ? "last" : "inner",
  };
}
