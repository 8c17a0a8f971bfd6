import { type Clock, Keyring } from "../../src/keys/keyring";

/** A minute in milliseconds. */
export const minute = 60_000;

/**
 * A clock whose time passes only by `pass` or `sleep`. While the machine sleeps, timers wait and
 * the monotonic clock stands still. Tests can set the wall clock.
 */
export class FakeClock implements Clock {
  private time = 1_000_000;
  private awake = 5_000;
  private timers: { callback: () => void; left: number }[] = [];

  now(): number {
    return this.time;
  }

  setTimer(callback: () => void, milliseconds: number): () => void {
    if (milliseconds > 2 ** 31 - 1) throw new Error("Node would call back at once");
    const timer = { callback, left: milliseconds };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((each) => each !== timer);
    };
  }

  pass(milliseconds: number): void {
    let rest = milliseconds;
    for (;;) {
      const next = this.timers.toSorted((a, b) => a.left - b.left)[0];
      if (next === undefined || next.left > rest) break;
      rest -= next.left;
      this.advance(next.left);
      this.timers = this.timers.filter((each) => each !== next);
      next.callback();
    }
    this.advance(rest);
  }

  sleep(milliseconds: number): void {
    this.time += milliseconds;
  }

  /** Sets the wall clock forward; a negative number sets it back. */
  set(milliseconds: number): void {
    this.time += milliseconds;
  }

  monotonic(): number {
    return this.awake;
  }

  get pending(): number {
    return this.timers.length;
  }

  private advance(milliseconds: number): void {
    this.time += milliseconds;
    this.awake += milliseconds;
    for (const timer of this.timers) timer.left -= milliseconds;
  }
}

/** Makes a ring on such a clock, with a list of what its listener heard. */
export function setUp(afterMinutes: number): { clock: FakeClock; ring: Keyring; heard: string[] } {
  const clock = new FakeClock();
  const ring = new Keyring(clock, afterMinutes);
  const heard: string[] = [];
  ring.onChange((state) => heard.push(state));
  return { clock, ring, heard };
}

export const secret = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
