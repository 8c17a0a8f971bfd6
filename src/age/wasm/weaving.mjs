/**
 * Spreads statements evenly among others, each list in its own order.
 *
 * ChaCha20 keeps the machine's vector units busy and Poly1305 its multiplier. Both can run at once
 * if they stand close enough together: a machine looks some 300 instructions ahead, and since V8 13
 * the order of the statements in the source is the order of the instructions. Statements in lumps
 * gain nothing.
 *
 * @param {readonly string[]} warp the longer list
 * @param {readonly string[]} weft
 */
export function weave(warp, weft) {
  /** Counts the statements of the weft that stand before a statement of the warp. */
  const dueBefore = (/** @type {number} */ i) => Math.floor((i * weft.length) / warp.length);
  return warp.flatMap((thread, i) => [thread, ...weft.slice(dueBefore(i), dueBefore(i + 1))]);
}
