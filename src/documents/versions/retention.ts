/** The rule for keeping the versions of a file that are replaced, and for removing them later. */
export type Retention =
  | { readonly kind: "none" }
  | { readonly kind: "keep_all" }
  | { readonly kind: "keep_last"; readonly count: number }
  | { readonly kind: "keep_days"; readonly days: number };

/** Parses a rule: `none`, `keep_all`, `keep_last:N` or `keep_days:N`; null for anything else. */
export function parseRetention(text: string): Retention | null {
  if (text === "none" || text === "keep_all") return { kind: text };
  const [, kind, digits] = /^(keep_last|keep_days):([1-9][0-9]{0,5})$/.exec(text) ?? [];
  if (kind === undefined) return null;
  const number = Number(digits);
  return kind === "keep_last" ? { kind, count: number } : { kind: "keep_days", days: number };
}

/** The part of a version that a rule judges. */
export interface Aged {
  /** The likely time when it was replaced, in milliseconds since 1970: see {@link likelyTimes}. */
  readonly time: number;
}

/**
 * Finds the versions of one file that a rule no longer keeps. The newest always stays. Under `none`
 * all stay, so a lost setting removes nothing.
 *
 * @param versions - the oldest first.
 * @param now - the time, in milliseconds since 1970.
 */
export function expiredVersions<T extends Aged>(
  versions: readonly T[],
  retention: Retention,
  now: number,
): readonly T[] {
  switch (retention.kind) {
    case "none":
    case "keep_all":
      return [];
    case "keep_last":
      return versions.slice(0, -retention.count);
    case "keep_days": {
      const oldest = now - retention.days * dayLength;
      return versions.slice(0, -1).filter(({ time }) => time < oldest);
    }
  }
}

const dayLength = 24 * 60 * 60 * 1000;

/**
 * Corrects the times of versions by their order, since somebody may set a clock back or forward:
 * - A time in the future is wrong. The next version's time counts instead, or else the present.
 * - A time before that of an earlier version is wrong, too. The earlier version's counts instead.
 *
 * @param clockTimes - the times when they were replaced, as the clock showed them: of the oldest
 * first, in milliseconds since 1970.
 * @param now - the time, in milliseconds since 1970.
 */
export function likelyTimes(clockTimes: readonly number[], now: number): readonly number[] {
  const times: (number | null)[] = [];
  let latest = -Infinity;
  for (const replaced of clockTimes) {
    if (replaced <= now) latest = Math.max(latest, replaced);
    times.push(replaced <= now ? latest : null);
  }
  // From the newest on, so that each version knows the time of the next one.
  let next = now;
  return times
    .toReversed()
    .map((time) => (next = time ?? next))
    .toReversed();
}

/** A version with its size in bytes, among those of all files. */
export interface Sized extends Aged {
  readonly size: number;
  /** The order in which versions are removed: 0 before 1 before 2. */
  readonly rank: number;
}

/**
 * Finds the versions to remove so that the rest fits a limit: by rank, then the oldest first. The
 * last version in this order always stays.
 *
 * @param bound - the limit, in bytes.
 */
export function overflowingVersions<T extends Sized>(
  versions: readonly T[],
  bound: number,
): readonly T[] {
  const inOrder = [...versions].sort((a, b) => a.rank - b.rank || a.time - b.time);
  let total = versions.reduce((sum, { size }) => sum + size, 0);
  const doomed: T[] = [];
  for (const version of inOrder.slice(0, -1)) {
    if (total <= bound) break;
    doomed.push(version);
    total -= version.size;
  }
  return doomed;
}
