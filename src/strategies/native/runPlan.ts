import { chunkSize, sealedChunkSize } from "../../age/chunks";
import { tagSize } from "../../age/engines/engine";
import type { ChunkPosition } from "../../age/source";

/** How a payload is cut into runs: consecutive chunks that are handled together. */
export interface RunPlan {
  /** Length of the plaintext in bytes. */
  readonly plaintextSize: number;
  readonly chunksPerRun: number;
}

/** A range of bytes. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/** Where a run, or a part of one, lies. */
export interface RunPlace {
  /** The number of its first chunk in the payload. */
  readonly index: number;
  readonly chunks: number;
  /** Within the plaintext. */
  readonly plaintext: Span;
  /** Within the sealed chunks, which begin behind the payload's nonce. */
  readonly sealed: Span;
  /** Whether it ends with the payload's last chunk. */
  readonly position: ChunkPosition;
}

/** The plan for runs that take about so many bytes of plaintext each, and at least a chunk. */
export function planRuns(plaintextSize: number, runSize: number): RunPlan {
  const most = chunkCount(plaintextSize);
  const chunksPerRun = Math.min(Math.max(Math.round(runSize / chunkSize), 1), most);
  return { plaintextSize, chunksPerRun };
}

/** How many chunks a plaintext has. Without bytes it has one, which is empty (age.md, Payload). */
export function chunkCount(plaintextSize: number): number {
  return Math.max(Math.ceil(plaintextSize / chunkSize), 1);
}

/** Length of all sealed chunks together, in bytes. */
export function sealedSize(plaintextSize: number): number {
  return plaintextSize + chunkCount(plaintextSize) * tagSize;
}

/** Where the run with this number lies; null behind the last one. */
export function runPlace({ plaintextSize, chunksPerRun }: RunPlan, run: number): RunPlace | null {
  const index = run * chunksPerRun;
  const chunks = Math.min(chunkCount(plaintextSize) - index, chunksPerRun);
  return chunks <= 0 ? null : chunksPlace(plaintextSize, index, chunks);
}

/** Where these chunks lie. */
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
