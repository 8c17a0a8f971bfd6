// Builds the extension: one CommonJS file, with everything but the vscode API inside.
import { build, context } from "esbuild";
import { fileURLToPath } from "node:url";

/** What the bundle is made of; the layering test reads the same options. */
export const options = {
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  entryPoints: { extension: "src/extension.ts" },
  outdir: "dist",
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  logLevel: "warning",
};

async function main(flags) {
  const production = flags.includes("--production");
  const chosen = { ...options, minify: production, sourcemap: !production };
  if (!flags.includes("--watch")) return build(chosen);
  const watching = await context({ ...chosen, logLevel: "info" });
  return watching.watch();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
