/** Returns the seed that the tester gives, or else another one: by default a random one. */
export function givenSeed(otherwise = Math.floor(Math.random() * 2 ** 31)): number {
  return Number(process.env["CAGE_TEST_SEED"] ?? otherwise);
}

/** Random numbers that a seed repeats (mulberry32). */
export class Random {
  constructor(private seed: number) {}

  /** Returns a number from 0 up to, and not including, 1. */
  next(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Returns a whole number from 0 up to, and not including, a bound. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  happens(probability: number): boolean {
    return this.next() < probability;
  }

  of<T>(all: readonly T[]): T {
    return all[this.below(all.length)] as T;
  }

  /** Picks one of several by their weights. */
  weighted<T>(all: readonly (readonly [number, T])[]): T {
    let left = this.next() * all.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, one] of all) {
      left -= weight;
      if (left < 0) return one;
    }
    throw new RangeError("there is nothing to choose from");
  }
}
