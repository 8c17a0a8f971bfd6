import { patience } from "./ending";

/**
 * Waits until a stream is closed, or until nothing comes any more: what a program started may have left
 * its group, and hold the stream open.
 *
 * @param count - how much has come.
 */
export async function untilIdle(closed: Promise<void>, count: () => number): Promise<void> {
  for (let before = -1; before !== count();) {
    before = count();
    if (await isDoneWithin(closed, patience)) return;
    // Where this process itself was kept busy, what has come meanwhile is read first.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function isDoneWithin(done: Promise<void>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  const isDone = await Promise.race([done.then(() => true), timeout]);
  clearTimeout(timer);
  return isDone;
}
