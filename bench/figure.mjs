// A figure: one line of the result.

/**
 * @typedef {"times" | "ms" | "MiB"} Unit
 *
 * @typedef {object} Aim
 * @property {"least" | "most"} is
 * @property {number} value
 *
 * @typedef {object} Figure
 * @property {string} family the quantity and its unit, as a heading
 * @property {string} what the case
 * @property {string} who the contestant
 * @property {number} value the median, unless `what` says something else
 * @property {Unit} unit
 * @property {readonly [number, number]} [spread] half of the samples lie between these
 * @property {number} [megabytesPerSecond]
 * @property {number} [samples] the number of samples behind the value
 * @property {Aim} [aim] of the project; never a reason to fail
 * @property {string} [note]
 */

/** @param {number} value @returns {Aim} */
export const atLeast = (value) => ({ is: "least", value });

/** @param {number} value @returns {Aim} */
export const atMost = (value) => ({ is: "most", value });

/**
 * Returns the part of the aim by which a figure misses it; null if it does not.
 *
 * @param {Figure} figure
 */
export function missedBy({ value, aim }) {
  if (aim === undefined) return null;
  const missing = aim.is === "least" ? aim.value - value : value - aim.value;
  return missing > 0 ? missing / aim.value : null;
}
