// Cage's own copy of node-pty, through which it types passphrases to the age program. Its code is
// one file. Its native part lies beside it, for the systems on which Cage runs programs.
import { build } from "esbuild";
import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "./problem.mjs";
import { inProject } from "./project.mjs";

const platforms = ["linux-x64", "linux-arm64"];

/** The files that are written to dist/, by their paths in the project. */
export const ptyFiles = [
  "node-pty/LICENSE",
  "node-pty/index.js",
  ...platforms.map((platform) => nativePart(platform)),
].map((file) => join("dist", file));

/**
 * Writes dist/node-pty. Without it, the extension uses VS Code's own node-pty, if there is one.
 *
 * @param {"for a try" | "for a package"} purpose
 * @param {string} packed the folder of node-pty
 * @throws Problem if a package would lack it
 */
export async function bundlePty(purpose, packed = inProject("node_modules/node-pty")) {
  if (!existsSync(packed)) {
    const lack = `node-pty is not in ${packed}; install it with "npm ci --include=optional"`;
    if (purpose === "for a package") throw new Problem(`no package is made: ${lack}`);
    console.error(`SKIPPED dist/node-pty: ${lack}`);
    return;
  }
  await build({
    entryPoints: [join(packed, "lib/index.js")],
    outdir: inProject("dist/node-pty"),
    ...{ bundle: true, minify: true, platform: "node", format: "cjs", target: "node20" },
    logLevel: "warning",
  });
  await cp(join(packed, "LICENSE"), inProject("dist/node-pty/LICENSE"));
  for (const platform of platforms) {
    await cp(
      join(packed, "prebuilds", platform, "pty.node"),
      inProject("dist", nativePart(platform)),
    );
  }
}

/** Returns the path at which node-pty's code looks for its native part. @param {string} platform */
function nativePart(platform) {
  return join("node-pty/prebuilds", platform, "pty.node");
}
