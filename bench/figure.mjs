// One line of the result.

/**
 * @typedef {"times" | "ms" | "MiB"} Unit
 *
 * @typedef {object} Aim
 * @property {"least" | "most"} is
 * @property {number} value
 *
 * @typedef {object} Figure
 * @property {string} family what is measured and in what, as a heading
 * @property {string} what the case
 * @property {string} who the contestant
 * @property {number} value the median, unless `what` says something else
 * @property {Unit} unit
 * @property {readonly [number, number]} [spread] between which half of the samples lie
 * @property {number} [megabytesPerSecond]
 * @property {number} [samples] how many the value is the middle of
 * @property {Aim} [aim] what the project wants to reach; never a reason to fail
 * @property {string} [note]
 */

/** @param {number} value @returns {Aim} */
export const atLeast = (value) => ({ is: "least", value });

/** @param {number} value @returns {Aim} */
export const atMost = (value) => ({ is: "most", value });

/**
 * By which part of the aim a figure misses it, or null if it does not.
 *
 * @param {Figure} figure
 */
export function missedBy({ value, aim }) {
  if (aim === undefined) return null;
  const missing = aim.is === "least" ? aim.value - value : value - aim.value;
  return missing > 0 ? missing / aim.value : null;
}
