import { Worker } from "node:worker_threads";
import { AgeError } from "../../age/errors";
import { errorOf } from "./failure";
import type { Answer, LaneJob, StreamJob } from "./protocol";

/** A worker, lent for one job. It belongs to the pool again when the job has settled. */
export interface LentWorker {
  /**
   * Does a job in the worker. When the job settles, the worker no longer reads or writes.
   *
   * @param job - its payload key moves to the worker, and is gone here.
   * @returns the length in the job's answer.
   * @throws AgeError of the job, or "worker-failed" if the thread ended or could not start.
   */
  run(job: LaneJob | StreamJob): Promise<number>;
}

/** A pool of worker threads. It starts them when they are needed, and keeps them for a while. */
export interface WorkerPool {
  /**
   * Lends up to so many workers, if they are free or may be started. The caller must give each a
   * job.
   *
   * @throws AgeError "worker-failed" once the pool has been disposed of.
   */
  lend(count: number): readonly LentWorker[];
  /** Ends all workers. Running jobs fail. */
  dispose(): Promise<void>;
}

/**
 * Makes a pool.
 *
 * @param file - the workers' script.
 * @param threads - the most workers. While all of them work, there may be as many again.
 * @param idleTime - the time for which it keeps a worker without a job, in milliseconds. Such a
 * worker keeps no process alive.
 */
export function workerPool(file: string | URL, threads: number, idleTime: number): WorkerPool {
  const all = new Set<Worker>();
  let isDisposed = false;
  const idle = new Map<Worker, NodeJS.Timeout>();

  const start = (): Worker => {
    // The options of this process, such as a debugger's, are not for workers.
    const worker = new Worker(file, { name: "cage", execArgv: [], env: {} });
    all.add(worker);
    // An error ends the thread, and the exit rejects the job.
    worker.on("error", () => undefined);
    worker.on("exit", () => {
      all.delete(worker);
      clearTimeout(idle.get(worker));
      idle.delete(worker);
    });
    return worker;
  };
  const take = (most: number): Worker | null => {
    const [latest] = [...idle].slice(-1);
    if (latest === undefined) return all.size < most ? start() : null;
    const [worker, timer] = latest;
    clearTimeout(timer);
    idle.delete(worker);
    return worker;
  };
  const giveBack = (worker: Worker): void => {
    if (!all.has(worker)) return;
    worker.unref();
    const timer = setTimeout(() => {
      // The pool must not lend it while it ends.
      all.delete(worker);
      idle.delete(worker);
      void worker.terminate();
    }, idleTime);
    timer.unref();
    idle.set(worker, timer);
  };
  const run = async (worker: Worker, job: LaneJob | StreamJob): Promise<number> => {
    try {
      worker.ref();
      return await answerOf(worker, job);
    } finally {
      giveBack(worker);
    }
  };

  return {
    lend(count) {
      if (isDisposed) throw new AgeError("worker-failed", "the extension was stopped");
      const lent: LentWorker[] = [];
      const lend = (most: number): boolean => {
        const worker = take(most);
        if (worker !== null) lent.push({ run: (job) => run(worker, job) });
        return worker !== null;
      };
      while (lent.length < count && lend(threads));
      // While other operations have all workers, this one gets one more, so that it leaves this
      // thread alone.
      if (lent.length === 0 && count > 0) lend(2 * threads);
      return lent;
    },
    async dispose() {
      isDisposed = true;
      await Promise.all(Array.from(all, (worker) => worker.terminate()));
    },
  };
}

function answerOf(worker: Worker, job: LaneJob | StreamJob): Promise<number> {
  return new Promise((resolve, reject) => {
    const onMessage = (answer: Answer): void => {
      worker.off("exit", onExit);
      if (answer.kind === "done") resolve(answer.length);
      else reject(errorOf(answer.failure));
    };
    const onExit = (): void => {
      worker.off("message", onMessage);
      reject(new AgeError("worker-failed", "a worker thread ended before its work was done"));
    };
    worker.once("message", onMessage);
    worker.once("exit", onExit);
    worker.postMessage(job, [job.payloadKey.buffer as ArrayBuffer]);
  });
}
