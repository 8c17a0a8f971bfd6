// Bundles in chunks: files that Node loads at their first use. esbuild splits ES modules only, and
// VS Code loads CommonJS, so each chunk is translated once more.
import { build, transform } from "esbuild";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import ts from "typescript";
import { vscodeForEsbuild } from "./vscodeModule.mjs";

// TypeScript assigns what a module exports; esbuild would copy it through getters, which takes
// longer than all else at the start.
const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };

/**
 * Writes the entry points and the chunks that they share or load later.
 *
 * @param {import("esbuild").BuildOptions} options those of bundles in one file each
 * @returns {Promise<import("esbuild").Metafile>}
 */
export async function buildInChunks(options) {
  const { outputFiles, metafile } = await build({
    ...options,
    ...{ format: "esm", splitting: true, chunkNames: "chunks/[name]-[hash]" },
    ...{ write: false, metafile: true },
    plugins: [...(options.plugins ?? []), vscodeForEsbuild],
  });
  for (const { path, text } of outputFiles) {
    const { outputText } = ts.transpileModule(text, { compilerOptions });
    const { code } = await transform(outputText, {
      ...{ format: "cjs", minify: options.minify === true },
    });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, code);
  }
  return metafile;
}
