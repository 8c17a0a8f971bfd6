import { build, type BuildOptions } from "esbuild";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll } from "vitest";

/**
 * Bundles a program of this folder, with the extension's options, before the tests of a suite.
 *
 * @returns its path, once the tests run.
 */
export function childProgram(name: string): { readonly path: string } {
  const child = { path: "" };
  beforeAll(async () => {
    const script = new URL("../../esbuild.mjs", import.meta.url).href;
    const { options } = (await import(script)) as { readonly options: BuildOptions };
    const folder = await mkdtemp(join(tmpdir(), "cage-test-"));
    const entryPoints = { child: join(import.meta.dirname, name) };
    await build({ ...options, entryPoints, outdir: folder });
    child.path = join(folder, "child.js");
    return () => rm(folder, { recursive: true });
  }, 60_000);
  return child;
}
