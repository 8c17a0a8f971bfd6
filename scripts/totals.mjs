// How many tests passed: what every stage hands back, and the last line of `npm test`.

/** @typedef {{ passed: number, failed: number, skipped: number }} Totals */

/** @param {Totals} totals */
export function formatTotals({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/**
 * @param {string} log
 * @returns {Totals | null} of the log's last line of that form
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
