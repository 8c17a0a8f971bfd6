import { availableParallelism } from "node:os";
import type { Engine } from "../../age/engines/engine";

/**
 * From which size on what is worth its cost, in bytes of plaintext. The one place for such limits;
 * `npm run bench` and the facts that it rests on are in ARCHITECTURE.md.
 */
export interface Thresholds {
  /** From here on a worker does the work; below, everything stays on the calling thread. */
  readonly worker: number;
  /** From here on more than one does. */
  readonly moreWorkers: number;
  /** The longest run on the calling thread, which must not be blocked: a few milliseconds. */
  readonly callingThreadRun: Readonly<Record<Engine, number>>;
}

const mebibyte = 1024 * 1024;

export const usualThresholds: Thresholds = {
  worker: 8 * mebibyte,
  moreWorkers: 16 * mebibyte,
  callingThreadRun: { openssl: mebibyte, wasm: mebibyte, portable: mebibyte / 4 },
};

/** Returns the greatest number of workers: no more than are worth their memory on any machine. */
export function usualThreads(): number {
  return Math.min(availableParallelism(), 4);
}

/** The time for which an idle worker is kept, in milliseconds: starting one takes 20 to 40. */
export const idleTime = 30_000;

/**
 * The number of runs that a lane has on their way at once: one is computed while the next is read
 * and the one before is written. Lanes that have company leave that to each other.
 */
export const buffersAlone = 4;
export const buffersInCompany = 1;
