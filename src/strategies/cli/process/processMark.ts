import { readdirSync, readFileSync } from "node:fs";

/**
 * The variable that marks a program and all that it starts, wherever that goes: whoever leaves its
 * process group and its folder still has its environment. It holds an owned name, which is no
 * secret.
 */
export const markVariable = "CAGE_PROGRAM_OF";

/**
 * Ends at once all whose marks are chosen, and what they start meanwhile: of those that may be
 * looked into, which are our own user's.
 *
 * @param isChosen - is asked about the mark of each process that has one.
 */
export function endThose(isChosen: (mark: string) => boolean): void {
  // One that was just starting another may have ended before the other was seen.
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

/** The mark in the environment that a process was started with (proc(5), /proc/pid/environ). */
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
