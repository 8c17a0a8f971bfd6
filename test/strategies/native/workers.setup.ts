import { build, type BuildOptions } from "esbuild";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The worker's bundle. */
    readonly workerFile: string;
    /** The same bundle, but its thread ends before its second write. */
    readonly dyingWorkerFile: string;
  }
}

/** Bundles the workers once for all tests, into a folder of this run. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const script = new URL("../../../esbuild.mjs", import.meta.url).href;
  const { options } = (await import(script)) as { readonly options: BuildOptions };
  const folder = await mkdtemp(join(tmpdir(), "cage-workers-"));
  await build({
    ...options,
    entryPoints: {
      worker: "src/strategies/native/worker.ts",
      dyingWorker: "test/strategies/native/dyingWorker.ts",
    },
    outdir: folder,
  });
  project.provide("workerFile", join(folder, "worker.js"));
  project.provide("dyingWorkerFile", join(folder, "dyingWorker.js"));
  return () => rm(folder, { recursive: true });
}
