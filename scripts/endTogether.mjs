// Ends a script together with everything that it starts, however either of them ends.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { setInterval } from "node:timers";
import { fileURLToPath } from "node:url";
import { isStarted } from "./project.mjs";

/**
 * The variable that marks all processes of a script, in whatever session and with whatever parent.
 */
const markVariable = "CAGE_STARTED_BY";

const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
const milliseconds = 500;
const mostPasses = 100;

/**
 * Marks all that this process starts from now on. A guard outlives this process, and then kills
 * whatever is marked. The guard needs /proc, so it exists on Linux only.
 *
 * npm does not pass on every signal, so its end counts as one. It passes signals to a shell, which
 * may keep them; therefore its script begins with `exec`. The end of npm's own parent does not
 * count, since `npm start &` may outlive a shell. Closing a terminal does (SIGHUP).
 *
 * @returns {Promise<void>} fulfilled when this process is asked to end
 */
export function endTogether() {
  const mark = randomBytes(16).toString("hex");
  if (process.platform === "linux") startGuard(mark);
  process.env[markVariable] = mark;
  const isOfNpm = process.env["npm_lifecycle_event"] !== undefined;
  const parent = process.ppid;
  return new Promise((resolve) => {
    for (const signal of signals) process.on(signal, () => resolve());
    const timer = setInterval(() => {
      if (isOfNpm && process.ppid !== parent) resolve();
    }, milliseconds);
    timer.unref();
  });
}

/** @param {string} mark */
function startGuard(mark) {
  const guard = spawn(process.execPath, [fileURLToPath(import.meta.url), mark], {
    // Signals to this process and its terminal do not reach the guard.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.unref();
}

/**
 * Reads a file in /proc.
 *
 * @param {number} pid
 * @param {string} name
 * @returns {string} "" if it can't be read
 */
function read(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1");
  } catch {
    return "";
  }
}

/** @param {string} mark */
function killMarked(mark) {
  const entry = `${markVariable}=${mark}`;
  // A process may start another one and end before this loop sees either, so it runs again.
  for (let pass = 0, killed = 1; killed > 0 && pass < mostPasses; pass++) {
    killed = 0;
    for (const pid of readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number)) {
      if (!read(pid, "environ").split("\0").includes(entry)) continue;
      try {
        process.kill(pid, "SIGKILL");
        killed++;
      } catch {
        // The process has ended by itself.
      }
    }
  }
}

const mark = process.argv[2];
if (isStarted(import.meta.url) && mark !== undefined) {
  for (const signal of signals) process.on(signal, () => undefined);
  // The pipe ends with the process that holds its other end.
  process.stdin.on("close", () => killMarked(mark)).resume();
}
