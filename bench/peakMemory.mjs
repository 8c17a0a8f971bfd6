// The most memory that processes had.
import { readdirSync, readFileSync } from "node:fs";
import { clearInterval, setInterval } from "node:timers";

/**
 * The most memory that this process had, in KiB. Linux has it in VmHWM. The system's own account
 * counts what the parent had when it started this process, so it is taken only where there is no
 * other.
 */
export function peakKibibytes() {
  return peakOf("self") ?? process.resourceUsage().maxRSS;
}

/**
 * Looks again and again how much memory the programs that a process started have taken.
 *
 * @param {number} parent
 * @returns {{ most: () => number, end: () => void }} the most that one of them had so far, in KiB;
 *   0 if none was seen
 */
export function watchPrograms(parent) {
  let most = 0;
  const timer = setInterval(() => {
    for (const child of childrenOf(parent)) most = Math.max(most, peakOf(child) ?? 0);
  }, 20);
  return {
    most: () => most,
    end: () => {
      clearInterval(timer);
    },
  };
}

/** @param {string} process */
function peakOf(process) {
  try {
    const status = readFileSync(`/proc/${process}/status`, "latin1");
    const peak = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
    return peak === undefined ? null : Number(peak);
  } catch {
    // Another system, or it has ended.
    return null;
  }
}

/** @param {number} parent */
function childrenOf(parent) {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && parentOf(name) === parent);
  } catch {
    return [];
  }
}

/** @param {string} process */
function parentOf(process) {
  try {
    const stat = readFileSync(`/proc/${process}/stat`, "latin1");
    // The program's name is in parentheses and may hold anything.
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return null;
  }
}
