import { newHeader } from "../../age/age";
import { engine } from "../../age/engines/engineChoice";
import type { DecryptJob, Outcome, Report, ResumableStrategy } from "../strategy";
import { decryptArmored, encryptArmored, verifyArmored } from "./armoredFile";
import {
  type Brought,
  decryptBinary,
  encryptBinary,
  resumeBinary,
  verifyBinary,
} from "./binaryFile";
import { concurrentIo, type FileIo } from "./fileIo";
import type { Crew } from "./lanes";
import { workerPool } from "./pool";
import { idleTime, type Thresholds, usualThreads, usualThresholds } from "./thresholds";

/** The surroundings that the native strategy needs. */
export interface NativeOptions {
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  /** The script of the workers, which is bundled by itself. */
  readonly workerFile: string | URL;
  /** Returns the length of a run in bytes: `cage.streaming.bufferSize`. */
  readonly bufferSize: () => number;
  /** The greatest number of workers; if absent, as many as this machine has a use for. */
  readonly threads?: number;
  readonly thresholds?: Thresholds;
  /** The operations with which the calling thread reads and writes; for tests. */
  readonly io?: FileIo;
}

/** The native strategy, with the threads that it keeps. */
export interface NativeStrategy extends ResumableStrategy {
  decrypt(job: DecryptJob): Promise<Outcome>;
  /** Ends the workers. Running operations fail. */
  dispose(): Promise<void>;
}

/** Makes the strategy that runs in this process, on our own format code. */
export function nativeStrategy(options: NativeOptions): NativeStrategy {
  const { now, workerFile, bufferSize } = options;
  const { threads = usualThreads(), thresholds = usualThresholds, io = concurrentIo } = options;
  const pool = workerPool(workerFile, threads, idleTime);
  const crew: Crew = { pool, thresholds, threads, bufferSize, io };

  const reported = async (
    operation: Report["operation"],
    work: () => Promise<Brought>,
  ): Promise<Outcome> => {
    const start = now();
    const { bytes, plaintextSize, resumedBytes, threads: used } = await work();
    const report: Report = {
      operation,
      strategy: "native",
      engine: engine(),
      threads: used,
      bytes: plaintextSize,
      resumedBytes,
      seconds: (now() - start) / 1000,
      reason: "",
      fallbacks: [],
      bufferSize: bufferSize(),
    };
    return { report, bytes };
  };

  return {
    encrypt: (job) =>
      reported("encrypt", async () => {
        const { header, fileKey } = await newHeader(job.recipients, job.signal);
        try {
          await job.onHeader?.(header);
          const encrypt = job.format === "armored" ? encryptArmored : encryptBinary;
          return await encrypt(job, header, fileKey, crew);
        } finally {
          fileKey.fill(0);
        }
      }),
    decrypt: (job) =>
      reported("decrypt", () =>
        job.format === "armored" ? decryptArmored(job, crew) : decryptBinary(job, crew),
      ),
    resumeEncryption: (job) => reported("encrypt", () => resumeBinary(job, crew)),
    verify: (job) =>
      reported("decrypt", () =>
        job.format === "armored" ? verifyArmored(job, crew) : verifyBinary(job, crew),
      ),
    dispose: () => pool.dispose(),
  };
}
