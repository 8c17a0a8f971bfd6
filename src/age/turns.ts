/** The milliseconds of work after which everybody else on the thread has a turn. */
const longestTurn = 8;

/** Lets the event loop turn, so that nobody else on this thread waits for long. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The turns of a long piece of work in many small steps. */
export class Turns {
  private steps = 0;
  private began = performance.now();

  /** @param each - the number of steps that are too short to look at the clock after each. */
  constructor(private readonly each: number) {}

  /**
   * Takes note of a step.
   *
   * @returns the others' turn, to be waited for; null while it has not come.
   * @throws the signal's reason, after that turn.
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
