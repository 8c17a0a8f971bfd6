// Runs of the age program, with the files themselves as its input and output: a pipe would cost it
// half of its speed.
import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";

/**
 * Runs `age ARGS <from 1<>to`: what is there is overwritten and not cut off.
 *
 * @param {readonly string[]} args
 * @param {string} from
 * @param {string} to
 * @returns {number} how long it took, in seconds
 */
export function runAge(args, from, to) {
  const [input, output] = [openSync(from, "r"), openSync(to, "r+")];
  try {
    const start = performance.now();
    const { status, error } = spawnSync("age", args, { stdio: [input, output, "ignore"] });
    const seconds = (performance.now() - start) / 1000;
    if (error !== undefined) throw error;
    if (status !== 0) throw new Error(`age ${args[0]} ended with exit code ${status}`);
    return seconds;
  } finally {
    closeSync(input);
    closeSync(output);
  }
}

/**
 * Decrypts a small file as a program would that has no library: by a pipe into memory.
 *
 * @param {string} identityFile
 * @param {string} path
 */
export function openByAge(identityFile, path) {
  const start = performance.now();
  const { status, stdout } = spawnSync("age", ["-d", "-i", identityFile, path], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`age -d ended with exit code ${status}`);
  return { seconds, bytes: stdout };
}
