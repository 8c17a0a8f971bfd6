import { isDoneWithin } from "../../../age/doneWithin";
import { patience } from "./processGroup";

/**
 * Waits until a stream is closed, or until nothing comes any more: a process that the program
 * started may have left its group, and hold the stream open.
 *
 * @param count - counts the bytes that have come.
 * @param signal - stops the waiting.
 * @throws the signal's reason.
 */
export async function untilIdle(
  closed: Promise<void>,
  count: () => number,
  signal?: AbortSignal,
): Promise<void> {
  for (let before = -1; before !== count();) {
    before = count();
    if (await isDoneWithin(closed, patience, signal)) return;
    signal?.throwIfAborted();
    // If this process itself was busy, it first reads the bytes that have come meanwhile.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}
