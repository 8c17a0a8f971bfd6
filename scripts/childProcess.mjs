// Programs that the scripts run and wait for.
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { Problem } from "./problem.mjs";
import { root } from "./project.mjs";

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 */

/** A program that ended with an exit code other than 0. Its own output says why. */
export class ProgramFailed extends Problem {
  /** @param {string} command @param {readonly string[]} args @param {number} exitCode */
  constructor(command, args, exitCode) {
    super(`${[command, ...args].join(" ")} ended with exit code ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/**
 * Runs a program, which writes to this process's output, and waits for its end.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<void>} rejects with ProgramFailed on an exit code other than 0
 */
export function run(command, args, { cwd = root, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    // Windows starts .cmd files only through its shell, which removes the quotes again.
    const shell = command.endsWith(".cmd");
    const quoted = (/** @type {string} */ part) => (shell ? `"${part}"` : part);
    const child = spawn(quoted(command), args.map(quoted), {
      cwd,
      env,
      shell,
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new ProgramFailed(command, args, code ?? 1));
    });
  });
}

/**
 * Runs the npm that started this script, so that no other version gets involved.
 *
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export function npm(args, options) {
  const script = process.env["npm_execpath"];
  if (script?.endsWith("npm-cli.js")) return run(process.execPath, [script, ...args], options);
  return run(process.platform === "win32" ? "npm.cmd" : "npm", args, options);
}

/**
 * Returns the output of a program; null if it is missing or fails.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export function output(command, args, { cwd = root, env = process.env } = {}) {
  const result = spawnSync(command, [...args], { cwd, env, encoding: "utf8" });
  return result.status === 0 ? result.stdout.trim() : null;
}

/**
 * Finds a program on the PATH.
 *
 * @param {string} name
 * @returns {string | null} its absolute path
 */
export function findProgram(name) {
  const suffixes = process.platform === "win32" ? [".cmd", ".exe"] : [""];
  for (const folder of (process.env["PATH"] ?? "").split(delimiter).filter(Boolean)) {
    for (const suffix of suffixes) {
      const path = join(folder, name + suffix);
      if (isExecutable(path)) return path;
    }
  }
  return null;
}

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
