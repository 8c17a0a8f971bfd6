// How long the event loop stands still.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";

/**
 * The event loop's longest pause while something runs, in milliseconds; 1 ms of it is the timer's
 * own.
 *
 * @param {() => Promise<unknown>} work
 */
export async function longestPause(work) {
  const monitor = monitorEventLoopDelay({ resolution: 1 });
  monitor.enable();
  // The first tick counts from when the timer was set.
  await setTimeout(20);
  monitor.reset();
  await work();
  await setTimeout(5);
  monitor.disable();
  return monitor.max / 1e6;
}
