import { engine } from "../../age/engines/engineChoice";
import { copyOf } from "../../age/bytes";
import type { Sharing } from "./endpoints";
import type { FileIo } from "./fileIo";
import { runLane } from "./lane";
import type { Pass } from "./pass";
import type { WorkerPool } from "./pool";
import type { LaneJob } from "./protocol";
import { planRuns } from "./runPlan";
import { isSingleChunk, runSingleChunk } from "./singleChunk";
import { turn } from "../../age/turns";
import { buffersAlone, type Thresholds } from "./thresholds";

/** The threads that work: this one, or workers. */
export interface Crew {
  readonly pool: WorkerPool;
  readonly thresholds: Thresholds;
  /** The most workers for one operation. */
  readonly threads: number;
  /** Returns the length in bytes of a run in a worker. */
  readonly bufferSize: () => number;
  /** The operations with which this thread reads and writes. */
  readonly io: FileIo;
}

/**
 * Tells which threads see an operation's memory. Workers do from their threshold of bytes on, if
 * the crew has any.
 */
export function sharingOf(plaintextSize: number, { thresholds, threads }: Crew): Sharing {
  return threads > 0 && plaintextSize >= thresholds.worker ? "threads" : "one thread";
}

/**
 * Works through a pass, in workers if that pays off and some are free, else on this thread. It
 * never blocks this thread for longer than a short run takes. A failure of one lane stops the
 * others.
 *
 * @returns the number of threads that computed.
 * @throws the first failure, when no lane reads or writes any more.
 */
export async function runLanes(pass: Pass, crew: Crew): Promise<number> {
  const workers = crew.pool.lend(wantedWorkers(pass.plaintextSize, crew));
  if (workers.length === 0) {
    if (isSingleChunk(pass)) await runSingleChunk(pass, crew.io);
    else await runHere(pass, crew);
    return 1;
  }
  const company = workers.length === 1 ? "alone" : "others";
  let failure: unknown = null;
  const job = jobOf(pass, crew.bufferSize(), company);
  await Promise.all(
    workers.map(async (worker) => {
      try {
        await worker.run({ ...job, payloadKey: copyOf(pass.payloadKey) });
      } catch (error) {
        failure ??= error;
        pass.control.stop();
      }
    }),
  );
  if (failure !== null) throw failure as Error;
  return workers.length;
}

function wantedWorkers(plaintextSize: number, crew: Crew): number {
  if (sharingOf(plaintextSize, crew) === "one thread") return 0;
  return plaintextSize >= crew.thresholds.moreWorkers ? crew.threads : 1;
}

/** Returns the length of a run on this thread, in bytes. */
export function runSizeHere({ thresholds, bufferSize }: Crew): number {
  return Math.min(bufferSize(), thresholds.callingThreadRun[engine()]);
}

async function runHere(pass: Pass, crew: Crew): Promise<void> {
  const run = runSizeHere(crew);
  const job = jobOf(pass, run, "alone");
  const runs = Math.ceil(pass.plaintextSize / run);
  // In memory there is nothing to wait for, and the runs of several buffers would share a turn.
  const isInMemory = pass.plaintext.kind === "memory" && pass.sealed.kind === "memory";
  const buffers = isInMemory ? 1 : Math.min(Math.max(runs, 1), buffersAlone);
  await runLane(
    { ...job, payloadKey: copyOf(pass.payloadKey) },
    { io: crew.io, buffers, pause: turn },
  );
}

function jobOf(
  { task, plaintextSize, plaintext, sealed, control }: Pass,
  run: number,
  company: LaneJob["company"],
): Omit<LaneJob, "payloadKey"> {
  const plan = planRuns(plaintextSize, run);
  return {
    kind: "lane",
    task,
    plan,
    plaintext,
    sealed,
    engine: engine(),
    control: control.memory,
    company,
  };
}
