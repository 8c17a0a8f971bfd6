/** The milliseconds of work after which other work on the thread has a turn. */
const longestTurn = 8;

/** Lets the event loop turn, so that other work on this thread does not wait for long. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A long piece of work in many small steps, which lets the event loop turn in between. */
export class Turns {
  private steps = 0;
  private began = performance.now();

  /** @param each - the number of steps after which it looks at the clock: one is too short. */
  constructor(private readonly each: number) {}

  /**
   * Counts a step.
   *
   * @returns a promise to wait for if the turn of other work has come, else null. After that turn
   * it rejects with the signal's reason, if the signal was aborted.
   */
  step(signal?: AbortSignal): Promise<void> | null {
    if (++this.steps % this.each !== 0) return null;
    return performance.now() - this.began < longestTurn ? null : this.next(signal);
  }

  private async next(signal?: AbortSignal): Promise<void> {
    await turn();
    signal?.throwIfAborted();
    this.began = performance.now();
  }
}
