// Builds the extension and its workers. Each is one CommonJS file with everything but the vscode
// API. node-pty lies beside them.
import { build, context } from "esbuild";
import { fileURLToPath } from "node:url";
import { rm } from "node:fs/promises";
import { buildInChunks } from "./scripts/chunks.mjs";
import { engineForEsbuild } from "./scripts/engine/plugins.mjs";
import { packReadme } from "./scripts/packagedReadme.mjs";
import { showError } from "./scripts/problem.mjs";
import { inProject } from "./scripts/project.mjs";
import { bundlePty } from "./scripts/ptyBundle.mjs";
import { packNotices } from "./scripts/thirdPartyNotices.mjs";

/**
 * The options of the bundles, which the layering test and the bench use, too.
 *
 * @type {import("esbuild").BuildOptions}
 */
export const options = {
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  entryPoints: { extension: "src/extension.ts", worker: "src/strategies/native/worker.ts" },
  outdir: "dist",
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  plugins: [engineForEsbuild],
  logLevel: "warning",
};

/** @param {readonly string[]} flags */
async function main(flags) {
  const production = flags.includes("--production");
  await bundlePty(production ? "for a package" : "for a try");
  const chosen = { ...options, minify: production, sourcemap: !production };
  if (production) {
    await packReadme();
    await rm(inProject("dist/chunks"), { recursive: true, force: true });
    await packNotices(await buildInChunks(chosen));
    return;
  }
  if (!flags.includes("--watch")) {
    await build(chosen);
    return;
  }
  const watching = await context({ ...chosen, logLevel: "info" });
  await watching.watch();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    showError(error);
    process.exitCode = 1;
  }
}
