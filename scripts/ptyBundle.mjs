// node-pty as Cage brings it, by which passphrases are typed to the age program: its code in one
// file, and its native part beside it, for the systems on which programs are run.
import { build } from "esbuild";
import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "./problem.mjs";
import { inProject } from "./project.mjs";

const platforms = ["linux-x64", "linux-arm64"];

/** The files in dist/ that are written, seen from the project's folder. */
export const ptyFiles = [
  "node-pty/LICENSE",
  "node-pty/index.js",
  ...platforms.map((platform) => nativePart(platform)),
].map((file) => join("dist", file));

/**
 * Writes dist/node-pty; without it, VS Code's own is used, where there is one.
 *
 * @param {"for a try" | "for a package"} purpose
 * @param {string} packed where node-pty lies
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

/** Returns where node-pty looks, from the folder of its code. @param {string} platform */
function nativePart(platform) {
  return join("node-pty/prebuilds", platform, "pty.node");
}
