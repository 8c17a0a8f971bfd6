import { anySignal } from "../../../age/anySignal";
import { AgeError } from "../../../age/errors";
import type { Progress } from "../../strategy";

/** The time between two looks at a program's progress, in milliseconds. */
const interval = 100;

/** The progress and the limits of a program, for the watchdog. */
export interface Watched {
  /** Counts the bytes that it has written. */
  readonly written: () => Promise<number>;
  /** The approximate number of bytes that it will write. */
  readonly total: number;
  /** The most bytes that it may write. */
  readonly most: number;
  readonly timeoutSeconds: number;
  readonly onProgress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Watches a running program and reports its progress. Ends it if it writes too much, or if it
 * writes nothing for too long: it may be waiting for an answer.
 *
 * @param run - gets a signal, which aborts with the caller's reason or with the watchdog's own:
 * AgeError "timed-out" or "program-failed".
 */
export async function watchdog<T>(
  { written, total, most, timeoutSeconds, onProgress, signal }: Watched,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  let last = 0;
  let idle = 0;
  let isLooking = false;
  let isOver = false;
  const look = async (): Promise<void> => {
    const now = await written().catch(() => last);
    if (isOver) return;
    idle = now === last ? idle + interval : 0;
    last = now;
    onProgress?.(Math.min(now, total), total);
    if (now > most) {
      stop.abort(new AgeError("program-failed", "the program wrote too much and was ended"));
    } else if (idle >= timeoutSeconds * 1000) {
      const message = `the program wrote nothing for ${timeoutSeconds} seconds and was ended`;
      stop.abort(new AgeError("timed-out", message));
    }
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => (isLooking = false));
  }, interval);
  try {
    const both = anySignal(stop.signal, signal);
    const result = await run(both);
    isOver = true;
    onProgress?.(total, total);
    return result;
  } finally {
    isOver = true;
    clearInterval(timer);
  }
}
