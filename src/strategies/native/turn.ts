/** Lets the event loop turn, so that nobody else on this thread waits for long. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
