/** The progress and the speed of a running operation. */
export interface Pace {
  /** Bytes that are done, and all that are to be done. */
  readonly done: number;
  readonly total: number;
  /** Bytes a second. */
  readonly speed: number;
}

/** "512 MB of 10.2 GB, 1.4 GB/s, 7 s left" */
export function progressText({ done, total, speed }: Pace): string {
  const seconds = (total - done) / speed;
  // Before the first large file is met, the time that small ones take says nothing about the rest.
  const left = seconds < longestTime ? `, ${durationText(seconds)} left` : "";
  return `${bytesText(done)} of ${bytesText(total)}, ${bytesText(speed)}/s${left}`;
}

/** A day in seconds: what is said to take longer is no estimate. */
const longestTime = 24 * 3600;

/** A number of bytes with three digits at most before the unit, in powers of 1000: "1.4 GB". */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // Rounding may reach the next unit: 999.6 kB reads "1.0 MB".
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unit] ?? "B"}`;
}

/** A time in seconds as people say it, rounded up: "7 s", "3 min 20 s", "2 h 5 min". */
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
 * Tells the pace of an operation from what it reports: over the last seconds, not from the start,
 * so that a pause or a faster disk shows.
 *
 * @param now - a monotonic clock in milliseconds.
 * @returns what is to be told each count, and gives the pace at most every `interval` milliseconds,
 * null in between.
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
    // What an earlier run left was of no use: the work begins anew.
    if (done < (last?.done ?? 0)) samples = [];
    samples.push({ at, done });
    if (samples.length > paceSamples) samples.shift();
    const first = samples[0] ?? { at, done };
    const seconds = (at - first.at) / 1000;
    return { done, total, speed: seconds > 0 ? (done - first.done) / seconds : 0 };
  };
}

/** With four samples a second the pace is that of the last three seconds. */
const paceSamples = 13;
