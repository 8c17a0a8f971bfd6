import { parentPort } from "node:worker_threads";
import { failureOf } from "./failure";
import { blockingIo, concurrentIo } from "./fileIo";
import { type LaneThread, runLane } from "./lane";
import type { Answer, LaneJob, StreamJob } from "./protocol";
import { runStream } from "./stream";
import { buffersAlone, buffersInCompany } from "./thresholds";

// The entry of a worker. It does one job at a time and answers each. The pool ends it.
parentPort?.on("message", (job: LaneJob | StreamJob) => {
  void answer(job).then((message) => parentPort?.postMessage(message));
});

async function answer(job: LaneJob | StreamJob): Promise<Answer> {
  try {
    return { kind: "done", length: await work(job) };
  } catch (error) {
    return { kind: "failed", failure: failureOf(error) };
  }
}

async function work(job: LaneJob | StreamJob): Promise<number> {
  if (job.kind === "stream") return runStream(job, concurrentIo, pause);
  await runLane(job, job.company === "alone" ? alone : inCompany);
  return 0;
}

/** Does not pause, since no other work waits for this thread. */
const pause = (): void => undefined;
const alone: LaneThread = { io: concurrentIo, buffers: buffersAlone, pause };
const inCompany: LaneThread = { io: blockingIo, buffers: buffersInCompany, pause };
