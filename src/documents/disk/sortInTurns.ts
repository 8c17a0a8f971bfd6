import { Turns } from "../../age/turns";

/**
 * Sorts like `toSorted`, but lets other work run in between: a folder may have a hundred thousand
 * names.
 *
 * @throws the signal's reason.
 */
export async function sortInTurns<T>(
  all: readonly T[],
  compare: (a: T, b: T) => number,
  signal?: AbortSignal,
): Promise<readonly T[]> {
  const turns = new Turns(1);
  let runs: T[][] = [];
  for (let from = 0; from < all.length; from += runLength) {
    runs.push(all.slice(from, from + runLength).sort(compare));
    const pause = turns.step(signal);
    if (pause !== null) await pause;
  }
  const merging = new Turns(1024);
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      merged.push(await merge(runs[i] ?? [], runs[i + 1] ?? [], compare, merging, signal));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

const runLength = 1024;

async function merge<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (a: T, b: T) => number,
  turns: Turns,
  signal?: AbortSignal,
): Promise<T[]> {
  const merged: T[] = [];
  for (let i = 0, j = 0; ;) {
    const pause = turns.step(signal);
    if (pause !== null) await pause;
    const [a, b] = [left[i], right[j]];
    if (a === undefined && b === undefined) return merged;
    if (b === undefined || (a !== undefined && compare(a, b) <= 0)) {
      merged.push(a as T);
      i++;
    } else {
      merged.push(b);
      j++;
    }
  }
}
