import { readdirSync, readFileSync } from "node:fs";

/**
 * The variable that marks a program and everything that it starts. A process that leaves the
 * program's group and folder still has its environment. The variable holds an owned name, which is
 * not secret.
 */
export const markVariable = "CAGE_PROGRAM_OF";

/**
 * Kills every process with a chosen mark, and what it starts meanwhile. Only our own user's
 * processes can be read.
 *
 * @param isChosen - decides by the mark of each process that has one.
 */
export function endThose(isChosen: (mark: string) => boolean): void {
  // A process may have been starting another one that this pass has not seen.
  for (let pass = 0, ended = 1; ended > 0 && pass < mostPasses; pass++) {
    ended = 0;
    for (const pid of processes()) {
      const mark = markOf(pid);
      if (mark !== null && isChosen(mark) && kill(pid)) ended++;
    }
  }
}

const mostPasses = 10;

function processes(): readonly number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Reads the mark in the environment of a process's start (proc(5), /proc/pid/environ). */
function markOf(pid: number): string | null {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
    const start = `${markVariable}=`;
    return environment.find((one) => one.startsWith(start))?.slice(start.length) ?? null;
  } catch {
    // It has ended, or belongs to somebody else.
    return null;
  }
}

function kill(pid: number): boolean {
  try {
    return pid !== process.pid && process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}
