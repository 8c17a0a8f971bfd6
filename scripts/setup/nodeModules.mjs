// Installs the project's own packages exactly as package-lock.json names them.
import { readFile } from "node:fs/promises";
import { npm, output } from "../childProcess.mjs";
import { inProject } from "../project.mjs";

/** Runs `npm ci` if node_modules is missing or differs from package-lock.json. */
export async function installNodeModules() {
  if (await nodeModulesFit()) return;
  console.log("installing node_modules");
  // No package may run a script of its own: esbuild and node-pty work without one.
  await npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
}

/** Tells whether node-pty loads. Tests type at a terminal through it. */
export function nodePtyWorks() {
  return output(process.execPath, ["-e", 'require("node-pty")']) !== null;
}

/**
 * Compares package-lock.json with npm's copy of what it has installed. The copy lacks packages for
 * other systems.
 */
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
