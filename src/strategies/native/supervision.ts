import type { Progress } from "../strategy";
import type { Control } from "./laneControl";

/** The time between two reports of progress, in milliseconds. */
const interval = 100;

/** The watchers of an operation. */
export interface Watchers {
  readonly onProgress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs work whose lanes have this control. An abort stops the lanes. It reports progress now and
 * then.
 *
 * @param total - the plaintext's length in bytes.
 * @throws the signal's reason if it was aborted, when the work has stopped.
 */
export async function watched<T>(
  control: Control,
  total: number,
  { onProgress, signal }: Watchers,
  work: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const stop = (): void => {
    control.stop();
  };
  signal?.addEventListener("abort", stop, { once: true });
  const timer =
    onProgress === undefined
      ? undefined
      : setInterval(() => {
          onProgress(control.doneBytes(), total);
        }, interval);
  try {
    const result = await work();
    signal?.throwIfAborted();
    onProgress?.(total, total);
    return result;
  } catch (error) {
    // After an abort, the failure of a stopped lane does not matter.
    signal?.throwIfAborted();
    throw error;
  } finally {
    clearInterval(timer);
    signal?.removeEventListener("abort", stop);
  }
}
