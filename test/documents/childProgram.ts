import { build, type BuildOptions } from "esbuild";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Bundles a program of this folder with the extension's options into a folder of its own. */
export async function childProgram(
  name: string,
): Promise<{ readonly program: string; readonly remove: () => Promise<void> }> {
  const script = new URL("../../esbuild.mjs", import.meta.url).href;
  const { options } = (await import(script)) as { readonly options: BuildOptions };
  const folder = await mkdtemp(join(tmpdir(), "cage-test-"));
  const entryPoints = { child: join(import.meta.dirname, name) };
  await build({ ...options, entryPoints, outdir: folder });
  return { program: join(folder, "child.js"), remove: () => rm(folder, { recursive: true }) };
}
