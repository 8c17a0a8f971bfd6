/** A piece of work that runs once for all who wait for it, and stops when nobody waits any more. */
export class SharedWork<T> {
  private readonly stop = new AbortController();
  private readonly result: Promise<T>;
  private waiting = 0;

  /** @param work - gets a signal that stops it. */
  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.result = work(this.stop.signal);
    // Those who wait get the failure. Perhaps nobody waits any more.
    this.result.catch(() => undefined);
  }

  /** True if all who waited have given up. A new caller needs new work then. */
  get isStopped(): boolean {
    return this.stop.signal.aborted;
  }

  /**
   * Waits for the work's result, or its failure.
   *
   * @param signal - gives up waiting. The last one to give up waits until the work has stopped.
   * @throws the signal's reason.
   */
  async wait(signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    this.waiting++;
    let isWaiting = true;
    const leave = (): void => {
      if (isWaiting) this.waiting--;
      isWaiting = false;
    };
    let giveUp = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      giveUp = () => {
        leave();
        if (this.waiting === 0) this.stop.abort();
        else reject(new Error("somebody else waits on"));
      };
    });
    signal?.addEventListener("abort", giveUp, { once: true });
    try {
      return await Promise.race([this.result, aborted]);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      leave();
      signal?.removeEventListener("abort", giveUp);
    }
  }
}
