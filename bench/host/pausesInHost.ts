import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { Engine } from "../../src/age/engines/engine";
import { X25519Identity } from "../../src/age/x25519";
import { spoil } from "../data.mjs";
import { longestPause } from "../pauses.mjs";
import { contender } from "../product";

/** The job of an extension host, as JSON in `CAGE_BENCH_JOB`. */
export interface HostJob {
  readonly workerFile: string;
  readonly identityFile: string;
  readonly engines: readonly Engine[];
  readonly threads: number;
  readonly files: { readonly plain: string; readonly encrypted: string; readonly opened: string };
  readonly resultFile: string;
}

/** The longest pauses, in milliseconds. */
export interface HostResult {
  /** The version of the host's Node. */
  readonly node: string;
  /** The longest pause in a second in which Cage does nothing. */
  readonly idle: number;
  readonly runs: readonly {
    readonly name: string;
    readonly longest: { readonly encrypt: number; readonly decrypt: number };
  }[];
}

/** Does the job. VS Code calls it, because this is the module of `extensionTestsPath`. */
export async function run(): Promise<void> {
  const job = JSON.parse(process.env["CAGE_BENCH_JOB"] ?? "") as HostJob;
  const identity = X25519Identity.parse(readFileSync(job.identityFile));
  const plain = { path: job.files.plain };
  const encrypted = { path: job.files.encrypted };
  const opened = { path: job.files.opened };
  // By then the host has completed its own start.
  await setTimeout(2000);
  const idle = await longestPause(() => setTimeout(1000));
  const runs: HostResult["runs"][number][] = [];
  for (const engine of job.engines) {
    const one = contender(engine, job.threads, job.workerFile);
    const encrypt = await longestPause(() =>
      one.encrypt(plain, encrypted, identity.recipient, "binary"),
    );
    spoil(opened.path);
    const decrypt = await longestPause(() => one.decrypt(encrypted, opened, identity));
    await one.end();
    runs.push({ name: one.name, longest: { encrypt, decrypt } });
  }
  const result: HostResult = { node: process.versions.node, idle, runs };
  writeFileSync(job.resultFile, JSON.stringify(result));
}
