import { build } from "esbuild";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { engineBytes } from "../../../scripts/engine/cache.mjs";
import { compileEngine } from "../../../scripts/engine/compiler.mjs";
import { engineForEsbuild } from "../../../scripts/engine/plugins.mjs";
import { wovenSource } from "../../../src/age/wasm/woven.mjs";
import bytes from "../../../src/age/wasm/engine.wasm";

it("embeds the same engine in bundles and in tests, which is what its source compiles to", async () => {
  const folder = await mkdtemp(join(tmpdir(), "cage-test-"));
  try {
    const outfile = join(folder, "bundle.mjs");
    await build({
      stdin: {
        contents: 'export { default } from "../wasm/engine.wasm";',
        resolveDir: "src/age/engines",
      },
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      plugins: [engineForEsbuild],
    });
    const bundle = (await import(pathToFileURL(outfile).href)) as { readonly default: Uint8Array };
    const compiled = await compileEngine();
    for (const one of [bundle.default, await engineBytes(), compiled.bytes]) {
      expect(Buffer.compare(one, bytes)).toBe(0);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

it("is made of every file of its folder", async () => {
  const { sources } = await compileEngine();
  const files = await readdir("src/age/wasm");
  const assemblyScript = files.filter((name) => /(?<!\.d)\.ts$/.test(name));
  expect([...new Set(sources)].sort()).toEqual(assemblyScript.sort());
});

it("declares every export of the generated file, as it is there", async () => {
  const declared = await readFile("src/age/wasm/woven.d.ts", "utf8");
  const signatures = wovenSource().match(/^export function .*(?= \{)/gm) ?? [];
  expect(signatures).toHaveLength(4);
  expect(declared.match(/^export function .*(?=;)/gm)).toEqual(signatures);
  expect(declared).toContain("export const batchSize: u32;");
});
