import { chunkRuns } from "../../age/engines/engineChoice";
import { cipherOfPayloadKey } from "../../age/payload";
import { controlIn } from "./laneControl";
import type { FileIo } from "./fileIo";
import type { LaneJob } from "./protocol";
import { runPlace } from "./runPlan";
import { compares, workOn } from "./runTasks";

/** The facilities of its thread that a lane needs. */
export interface LaneThread {
  readonly io: FileIo;
  /** The number of runs on their way at once: while one is computed, others are read or written. */
  readonly buffers: number;
  /** Gives other work on the thread a turn, between runs. */
  readonly pause: () => void | Promise<void>;
}

/**
 * Works through an operation's runs, together with the other lanes. It claims the next run, reads,
 * computes and writes, until no run is left or the lanes are stopped. A failure stops all lanes. It
 * wipes the payload key.
 *
 * @throws the first failure, once the lane no longer reads or writes.
 */
export async function runLane(job: LaneJob, { io, buffers, pause }: LaneThread): Promise<void> {
  const { plan, payloadKey } = job;
  const control = controlIn(job.control);
  const cipher = chunkRuns(job.engine, payloadKey, buffers, plan.chunksPerRun);
  const chunkCipher = cipherOfPayloadKey(payloadKey, job.engine);
  payloadKey.fill(0);
  const others: Uint8Array[] = [];

  const carry = async (buffer: Uint8Array): Promise<void> => {
    const other = new Uint8Array(compares(job.task) ? buffer.length : 0);
    others.push(other);
    const bench = { job, control, io, cipher, buffer, other, chunkCipher };
    for (let claimed = control.claim(); claimed !== null; claimed = control.claim()) {
      const run = runPlace(plan, claimed);
      if (run === null) return;
      await workOn(run, bench);
      await pause();
    }
  };
  try {
    const carried = cipher.buffers.map(async (buffer) => {
      try {
        await carry(buffer);
      } catch (error) {
        control.stop();
        throw error;
      }
    });
    for (const result of await Promise.allSettled(carried)) {
      if (result.status === "rejected") throw result.reason;
    }
  } finally {
    cipher.wipe();
    chunkCipher.wipe();
    // They held plaintext.
    for (const other of others) other.fill(0);
  }
}
