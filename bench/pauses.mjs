// Measures the pauses of the event loop.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";

/**
 * Measures the event loop's longest pause during some work, in milliseconds. The timer itself
 * accounts for 1 ms.
 *
 * @param {() => Promise<unknown>} work
 */
export async function longestPause(work) {
  const monitor = monitorEventLoopDelay({ resolution: 1 });
  monitor.enable();
  // The first tick counts from the moment at which the timer was set.
  await setTimeout(20);
  monitor.reset();
  await work();
  await setTimeout(5);
  monitor.disable();
  return monitor.max / 1e6;
}
