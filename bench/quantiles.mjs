// Summarizes samples by their median and spread.

/**
 * Computes a quantile, interpolated between the two nearest samples.
 *
 * @param {readonly number[]} samples in any order, at least one
 * @param {number} fraction 0 for the least, 0.5 for the median, 1 for the most
 */
export function quantile(samples, fraction) {
  const sorted = [...samples].sort((a, b) => a - b);
  const position = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(position)] ?? NaN;
  const above = sorted[Math.ceil(position)] ?? NaN;
  return below + (above - below) * (position % 1);
}

/** @param {readonly number[]} samples at least one */
export const median = (samples) => quantile(samples, 0.5);

/**
 * Computes the quartiles; half of the samples lie between them.
 *
 * @param {readonly number[]} samples at least one
 * @returns {[number, number]}
 */
export const spread = (samples) => [quantile(samples, 0.25), quantile(samples, 0.75)];
