/** The time of a machine, in milliseconds. */
export interface Time {
  readonly now: number;
  /** Sets a timer. @returns a function that cancels it. */
  set(run: () => void, milliseconds: number): () => void;
  /** Lets time pass. */
  advance(milliseconds: number, settled: () => Promise<void>): Promise<void>;
}

/** A clock that stands still until a test moves it. */
export class Clock implements Time {
  private readonly timers = new Map<number, Timer>();
  private last = 0;

  constructor(public now: number) {}

  set(run: () => void, milliseconds: number): () => void {
    const id = ++this.last;
    const delay = Number.isFinite(milliseconds) ? Math.max(1, milliseconds) : 1;
    this.timers.set(id, { at: this.now + delay, id, run });
    return () => {
      this.timers.delete(id);
    };
  }

  /** Moves the time on and runs the due timers in order, waiting for `settled` after each. */
  async advance(milliseconds: number, settled: () => Promise<void>): Promise<void> {
    const until = this.now + milliseconds;
    await settled();
    for (let timer = this.next(until); timer !== null; timer = this.next(until)) {
      this.now = Math.max(this.now, timer.at);
      this.timers.delete(timer.id);
      timer.run();
      await settled();
    }
    this.now = Math.max(this.now, until);
  }

  private next(until: number): Timer | null {
    let first: Timer | null = null;
    for (const timer of this.timers.values()) {
      if (timer.at > until) continue;
      if (first === null || timer.at < first.at) first = timer;
    }
    return first;
  }
}

interface Timer {
  readonly at: number;
  readonly id: number;
  readonly run: () => void;
}
