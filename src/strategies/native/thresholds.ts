import { availableParallelism } from "node:os";
import type { Engine } from "../../age/engines/engine";

/**
 * The sizes from which workers are worth their cost, in bytes of plaintext. All such limits are
 * here. docs/strategies.md, "Engines", says from which size on workers run.
 */
export interface Thresholds {
  /** The size from which a worker does the work. Below it, everything stays on this thread. */
  readonly worker: number;
  /** The size from which more than one worker does. */
  readonly moreWorkers: number;
  /** The longest run on the calling thread, in bytes: it blocks for a few milliseconds. */
  readonly callingThreadRun: Readonly<Record<Engine, number>>;
}

const mebibyte = 1024 * 1024;

/** The thresholds outside of tests. */
export const usualThresholds: Thresholds = {
  worker: 8 * mebibyte,
  moreWorkers: 16 * mebibyte,
  callingThreadRun: { openssl: mebibyte, wasm: mebibyte, portable: mebibyte / 4 },
};

/** Returns the greatest number of workers: no more than are worth their memory on any machine. */
export function usualThreads(): number {
  return Math.min(availableParallelism(), 4);
}

/** The time to keep an idle worker, in milliseconds. To start one takes 20 to 40. */
export const idleTime = 30_000;

/**
 * The number of runs that a lane alone has on their way at once: it computes one while it reads the
 * next and writes the one before.
 */
export const buffersAlone = 4;

/** The same number for a lane in company: the other lanes read and write while it computes. */
export const buffersInCompany = 1;
