import { build, type BuildOptions } from "esbuild";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export { BundledExtension } from "./bundledExtension";

/** Bundles the extension. @returns its code. */
export async function bundleExtension(): Promise<string> {
  const script = new URL("../../esbuild.mjs", import.meta.url).href;
  const { options } = (await import(script)) as { readonly options: BuildOptions };
  const folder = await mkdtemp(join(tmpdir(), "cage-test-"));
  try {
    const entryPoints = { extension: "src/extension.ts" };
    await build({ ...options, entryPoints, outdir: folder });
    return await readFile(join(folder, "extension.js"), "utf8");
  } finally {
    await rm(folder, { recursive: true });
  }
}
