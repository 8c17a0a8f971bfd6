import type { Engine } from "../age/engines/engine";
import { chunkRuns, engine, isSound } from "../age/engines/engineChoice";
import { chunkSize, sealedChunkSize } from "../age/chunks";

/** How fast an engine seals on one core, in megabytes (10⁶ bytes) a second. */
export interface EngineSpeed {
  readonly engine: Engine;
  readonly megabytesPerSecond: number;
}

/**
 * Measures every engine that works here, in memory, a mebibyte at a time, with pauses between in which
 * other work goes on.
 *
 * @param now - a monotonic clock in milliseconds.
 * @param pause - lets other work go first.
 */
export async function engineSpeeds(
  now: () => number,
  pause: () => Promise<void>,
): Promise<readonly EngineSpeed[]> {
  const engines = new Set<Engine>([...contenders.filter(isSound), engine()]);
  const speeds: EngineSpeed[] = [];
  for (const name of engines) {
    const runs = chunkRuns(name, new Uint8Array(32), 1, slots);
    let best = Infinity;
    for (let round = 0; round < rounds; round++) {
      await pause();
      const start = now();
      const [buffer = new Uint8Array(slots * sealedChunkSize)] = runs.buffers;
      const length = slots * chunkSize;
      runs.release(runs.seal({ buffer, length, index: 0, position: "last" }));
      best = Math.min(best, now() - start);
    }
    runs.wipe();
    const megabytes = (slots * chunkSize) / 1e6;
    speeds.push({ engine: name, megabytesPerSecond: megabytes / Math.max(best / 1000, 1e-6) });
  }
  return speeds;
}

const contenders: readonly Engine[] = ["openssl", "wasm"];
/** A mebibyte a round; the first rounds are slower, while the runtime compiles. */
const slots = 16;
const rounds = 8;
