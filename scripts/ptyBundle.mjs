// node-pty as Cage brings it, by which passphrases are typed to the age program: its code in one file, and
// its native part beside it, for the systems on which programs are run.
import { build } from "esbuild";
import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { inProject } from "./project.mjs";

const platforms = ["linux-x64", "linux-arm64"];

/** What is written, seen from dist/. */
export const ptyFiles = [
  "node-pty/LICENSE",
  "node-pty/index.js",
  ...platforms.map((platform) => nativePart(platform)),
].map((file) => join("dist", file));

/** Writes dist/node-pty; without it, VS Code's own is used. */
export async function bundlePty() {
  const packed = inProject("node_modules/node-pty");
  if (!existsSync(packed)) return;
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

/** Where node-pty looks, from the folder of its code. @param {string} platform */
function nativePart(platform) {
  return join("node-pty/prebuilds", platform, "pty.node");
}
