import type { Engine } from "../../age/engines/engine";
import {
  engine,
  measuredBytes,
  measuredRuns,
  soundEngines,
  timeToSeal,
} from "../../age/engines/engineChoice";

/** The speed at which an engine seals on one core, in megabytes (10⁶ bytes) a second. */
export interface EngineSpeed {
  readonly engine: Engine;
  readonly megabytesPerSecond: number;
}

/**
 * Measures every engine that works here, in memory, 1 MiB at a time, with pauses in between for
 * other work.
 *
 * @param now - a monotonic clock in milliseconds.
 * @param pause - lets other work run first.
 */
export async function engineSpeeds(
  now: () => number,
  pause: () => Promise<void>,
): Promise<readonly EngineSpeed[]> {
  const speeds: EngineSpeed[] = [];
  for (const name of new Set([...soundEngines(), engine()])) {
    const runs = measuredRuns(name);
    let best = Infinity;
    for (let round = 0; round < rounds; round++) {
      await pause();
      best = Math.min(best, timeToSeal(runs, now));
    }
    runs.wipe();
    const seconds = Math.max(best / 1000, 1e-6);
    speeds.push({ engine: name, megabytesPerSecond: measuredBytes / 1e6 / seconds });
  }
  return speeds;
}

/** The number of measurements. The first ones are slower, while the runtime compiles. */
const rounds = 8;
