// Runs the age program with the files themselves as its input and output: a pipe would halve its
// speed.
import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";

/**
 * Runs `age ARGS <from 1<>to`, which overwrites the target without truncating it.
 *
 * @param {readonly string[]} args
 * @param {string} from
 * @param {string} to
 * @returns {number} the time that it took, in seconds
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
 * Decrypts a small file as a program without a library would: through a pipe into memory.
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
