// Measures the peak memory of processes.
import { readdirSync, readFileSync } from "node:fs";
import { clearInterval, setInterval } from "node:timers";

/**
 * Returns the peak memory of this process, in KiB. On Linux it is VmHWM. `resourceUsage` also
 * counts the parent's memory at the start of this process, so it is only used on other systems.
 */
export function peakKibibytes() {
  return peakOf("self") ?? process.resourceUsage().maxRSS;
}

/**
 * Polls the memory of the programs that a process has started.
 *
 * @param {number} parent
 * @returns {{ most: () => number, end: () => void }} the peak of any of them so far, in KiB; 0 if
 *   none was seen
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
    // This is another system, or the process has ended.
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
