// The numbers of passed, failed and skipped tests: every stage returns them, and `npm test` ends
// with their sum.

/** @typedef {{ passed: number, failed: number, skipped: number }} Totals */

/** @param {Totals} totals */
export function formatTotals({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/**
 * Reads the totals in a log.
 *
 * @param {string} log
 * @returns {Totals | null} those of the last line that has them
 */
export function parseTotals(log) {
  const last = [...log.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped$/gm)].at(-1);
  return last
    ? { passed: Number(last[1]), failed: Number(last[2]), skipped: Number(last[3]) }
    : null;
}

/** @param {readonly Totals[]} all @returns {Totals} */
export function addTotals(all) {
  /** @param {keyof Totals} key */
  const sum = (key) => all.reduce((total, one) => total + one[key], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}
