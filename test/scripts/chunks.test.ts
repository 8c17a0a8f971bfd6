import type { BuildOptions } from "esbuild";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { buildInChunks } from "../../scripts/chunks.mjs";
import { testFolder } from "../testFolder";

const options: BuildOptions = {
  ...{ bundle: true, platform: "node", target: "node20", minify: true },
  external: ["vscode"],
};

/** Builds files, the first of which is the entry point. @returns the folder of the bundle. */
async function buildOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = testFolder();
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const [first = ""] = Object.keys(files);
  const outdir = join(folder, "dist");
  await buildInChunks({ ...options, entryPoints: [join(folder, first)], outdir });
  return outdir;
}

const requireHere = createRequire(import.meta.url);

it("what is imported later is loaded when it is asked for, and shares the state", async () => {
  const dist = await buildOf({
    "entry.ts": `import { count, more } from "./state";
      export const seen = () => count;
      export { more };
      export const later = async () => (await import("./later")).later();`,
    "state.ts": "export let count = 0; export const more = () => { count++; };",
    "later.ts": `import { count, more } from "./state";
      globalThis.cageLoadedLater = true;
      export const later = () => { more(); return count; };`,
  });
  const entry = requireHere(join(dist, "entry.js")) as {
    seen: () => number;
    more: () => void;
    later: () => Promise<number>;
  };
  entry.more();
  expect(globalThis).not.toHaveProperty("cageLoadedLater");
  await expect(entry.later()).resolves.toBe(2);
  expect(globalThis).toHaveProperty("cageLoadedLater", true);
  expect(entry.seen()).toBe(2);
});

it("files share one look at the API of VS Code, at the members that they use", async () => {
  const dist = await buildOf({
    "entry.ts": `import * as vscode from "vscode";
      import { uri } from "./other";
      export const names = [vscode.window, uri];`,
    "other.ts": 'import * as vscode from "vscode"; export const uri = vscode.Uri;',
  });
  const [file = "", ...others] = await readdir(dist);
  expect(others).toEqual([]);
  const code = await readFile(join(dist, file), "utf8");
  expect(code.match(/"vscode"/g)).toHaveLength(1);
  expect(code).toMatch(/"Uri"/);
  expect(code).not.toMatch(/"languages"/);
});
