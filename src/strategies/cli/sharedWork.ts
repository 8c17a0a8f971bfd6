/** Work that is done once for all who wait for it, and stopped when nobody does any more. */
export class SharedWork<T> {
  private readonly stop = new AbortController();
  private readonly result: Promise<T>;
  private waiting = 0;

  /** @param work - gets a signal that stops it. */
  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.result = work(this.stop.signal);
    // Those who wait are told; perhaps nobody does any more.
    this.result.catch(() => undefined);
  }

  /** True if all who waited have given up; whoever comes now needs work of their own. */
  get isStopped(): boolean {
    return this.stop.signal.aborted;
  }

  /**
   * The work's result, or its failure.
   *
   * @param signal - gives up waiting; who was the last waits until the work has stopped.
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
