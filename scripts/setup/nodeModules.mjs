// The project's own packages, exactly as package-lock.json names them.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { npm, output } from "../childProcess.mjs";
import { inProject } from "../project.mjs";

/** Runs `npm ci` where node_modules is missing or differs from package-lock.json. */
export async function installNodeModules() {
  if (await nodeModulesFit()) return;
  console.log("installing node_modules");
  // No package may run a script of its own: esbuild works without, and node-pty is built below.
  await npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
}

/** Whether node-pty, by which tests type at a terminal, can be loaded. */
export function nodePtyWorks() {
  return output(process.execPath, ["-e", 'require("node-pty")']) !== null;
}

/**
 * Builds node-pty, which on Linux has to be compiled (5 s).
 *
 * @param {string | null} headers a folder with include/node, for where this node has none beside it
 */
export async function buildNodePty(headers) {
  console.log("building node-pty");
  const own = dirname(dirname(process.execPath));
  const nodedir = existsSync(join(own, "include/node/node_api.h")) ? own : headers;
  const env = nodedir === null ? process.env : { ...process.env, npm_config_nodedir: nodedir };
  await npm(["rebuild", "node-pty", "--ignore-scripts=false"], { env });
}

/** npm keeps a copy of what it has installed; packages for other systems are not in it. */
async function nodeModulesFit() {
  const installed = await readPackages("node_modules/.package-lock.json");
  const wanted = await readPackages("package-lock.json");
  if (installed === null || wanted === null) return false;
  const ours = Object.keys(wanted[""]?.optionalDependencies ?? {});
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    const found = installed[path];
    if (path === "") return true;
    if (found === undefined) return optional === true && !ours.includes(path.slice(13));
    return found.version === version;
  });
}

/**
 * @typedef {{ version?: string, optional?: boolean, optionalDependencies?: object }} LockedPackage
 * @param {string} path
 * @returns {Promise<Record<string, LockedPackage> | null>}
 */
async function readPackages(path) {
  try {
    return JSON.parse(await readFile(inProject(path), "utf8")).packages;
  } catch {
    return null;
  }
}
