/** The progress and the speed of a running operation. */
export interface Pace {
  /** The bytes done so far, and all bytes to be done. */
  readonly done: number;
  readonly total: number;
  /** The speed in bytes a second. */
  readonly speed: number;
}

/** Writes "512 MB of 10.2 GB, 1.4 GB/s, 7 s left". */
export function progressText({ done, total, speed }: Pace): string {
  const seconds = (total - done) / speed;
  // Small files are slow: until the first large one, their speed says nothing about the rest.
  const left = seconds < longestTime ? `, ${durationText(seconds)} left` : "";
  return `${bytesText(done)} of ${bytesText(total)}, ${bytesText(speed)}/s${left}`;
}

/** A day in seconds: no estimate is shown beyond that. */
const longestTime = 24 * 3600;

/**
 * Writes a number of bytes with at most three digits before the unit, in powers of 1000: "1.4 GB".
 */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // Rounding may reach the next unit: 999.6 kB becomes "1.0 MB".
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unit] ?? "B"}`;
}

/** Writes a time in seconds, rounded up: "7 s", "3 min 20 s", "2 h 5 min". */
export function durationText(seconds: number): string {
  const whole = Math.max(Math.ceil(seconds), 0);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return joined(Math.floor(whole / 60), "min", whole % 60, "s");
  return joined(Math.floor(whole / 3600), "h", Math.floor((whole % 3600) / 60), "min");
}

const units = ["B", "kB", "MB", "GB", "TB"] as const;

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/**
 * Measures the pace of an operation over the last seconds, not from the start, so that a pause or a
 * faster disk shows.
 *
 * @param now - a monotonic clock in milliseconds.
 * @returns a function that takes each count. It gives the pace at most every `interval`
 * milliseconds, else null.
 */
export function paceMeter(
  now: () => number,
  interval: number,
): (done: number, total: number) => Pace | null {
  let samples = [{ at: now(), done: 0 }];
  return (done, total) => {
    const at = now();
    const last = samples.at(-1);
    if (at - (last?.at ?? -Infinity) < interval) return null;
    // A lower count means that the work began anew: the rest of an earlier run was of no use.
    if (done < (last?.done ?? 0)) samples = [];
    samples.push({ at, done });
    if (samples.length > paceSamples) samples.shift();
    const first = samples[0] ?? { at, done };
    const seconds = (at - first.at) / 1000;
    return { done, total, speed: seconds > 0 ? (done - first.done) / seconds : 0 };
  };
}

/** The number of samples kept: with four a second, those of the last three seconds. */
const paceSamples = 13;
