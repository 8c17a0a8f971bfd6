// Measures how much other processes compute: a sample taken meanwhile says nothing.
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

/** The unit of these times: 10 ms on all usual platforms of Linux. */
const tickSeconds = 0.01;

/**
 * Starts to watch the other processes.
 *
 * @returns {() => number} seconds of processor time that they have used since; 0 where it is
 * unknown
 */
export function watchOthers() {
  const start = otherSeconds();
  return () => Math.max(otherSeconds() - start, 0);
}

/**
 * Waits for a moment in which no other process computes, but not for long.
 *
 * @param {number} limitSeconds
 */
export async function quietMoment(limitSeconds) {
  const end = performance.now() + limitSeconds * 1000;
  while (performance.now() < end) {
    const others = watchOthers();
    await setTimeout(60);
    if (others() <= tickSeconds) return;
  }
}

/**
 * Returns the seconds of processor time that all processes have used since the machine's start,
 * without those of this process and its children.
 */
function otherSeconds() {
  try {
    const all = readFileSync("/proc/stat", "latin1");
    const own = readFileSync("/proc/self/stat", "latin1");
    return (busyTicks(all) - ownTicks(own)) * tickSeconds;
  } catch {
    return 0;
  }
}

/**
 * Adds up all time but idling and waiting for disks. It includes the time that a hypervisor stole.
 *
 * @param {string} stat the content of /proc/stat
 */
export function busyTicks(stat) {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (
    stat.split("\n", 1)[0] ?? ""
  )
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return user + nice + system + irq + softirq + steal;
}

/**
 * Adds up the user and system time of this process and its ended children.
 *
 * @param {string} stat the content of /proc/self/stat
 */
export function ownTicks(stat) {
  // The program's name is in parentheses and may hold anything, so fields are counted after it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}
