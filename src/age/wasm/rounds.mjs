// ChaCha20's rounds (RFC 8439 §2.1 and §2.3) as statements of AssemblyScript on vectors of four
// words. The words of a state are variables with a common prefix: `lower0` to `lower15`.

/**
 * @typedef {readonly [a: number, b: number, c: number, d: number]} Words numbers of words in a
 * state
 */
/** @typedef {readonly [a: string, b: string, c: string, d: string]} Quarter names of variables */

/** @type {readonly [Words, Words, Words, Words]} */
const columns = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
];

/** @type {readonly [Words, Words, Words, Words]} */
const diagonals = [
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
];

/**
 * Returns the statements of a column round.
 *
 * @param {string} prefix of the words' names
 */
export function columnRound(prefix) {
  return round(prefix, columns);
}

/**
 * Returns the statements of a diagonal round.
 *
 * @param {string} prefix of the words' names
 */
export function diagonalRound(prefix) {
  return round(prefix, diagonals);
}

/**
 * Interleaves quarter rounds (RFC 8439 §2.1): all of them take a step before any takes the next
 * one, since a step has to wait for the one before it.
 *
 * @param {...Quarter} quarters
 */
export function quarterRounds(...quarters) {
  return [
    ...quarters.map(([a, b]) => add(a, b)),
    ...quarters.map(([a, , , d]) => xorAndRotate(d, a, 16)),
    ...quarters.map(([, , c, d]) => add(c, d)),
    ...quarters.map(([, b, c]) => xorAndRotate(b, c, 12)),
    ...quarters.map(([a, b]) => add(a, b)),
    ...quarters.map(([a, , , d]) => xorAndRotate(d, a, 8)),
    ...quarters.map(([, , c, d]) => add(c, d)),
    ...quarters.map(([, b, c]) => xorAndRotate(b, c, 7)),
  ];
}

/**
 * The declarations that the rounds need.
 *
 * WebAssembly cannot rotate. A rotation by 16 or 8 bits moves whole bytes, which one swizzle does.
 * Its masks are variables, so they stay in registers. A shuffle would build its mask anew each
 * time, since its indices are part of the instruction.
 */
export const rotationMasks = [
  "const by16 = i8x16(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);",
  "const by8 = i8x16(3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14);",
];

/**
 * Interleaves two quarter rounds, then the other two. One alone would wait for itself. Four have
 * more words than the machine has registers for (16 on x64, less the masks and what the compiler
 * needs).
 *
 * @param {string} prefix
 * @param {readonly [Words, Words, Words, Words]} quarters
 */
function round(prefix, [first, second, third, fourth]) {
  return [
    ...quarterRounds(quarter(prefix, first), quarter(prefix, second)),
    ...quarterRounds(quarter(prefix, third), quarter(prefix, fourth)),
  ];
}

/**
 * Returns the variables of a quarter round.
 *
 * @param {string} prefix of the words' names
 * @param {Words} words
 * @returns {Quarter}
 */
export function quarter(prefix, [a, b, c, d]) {
  return [`${prefix}${a}`, `${prefix}${b}`, `${prefix}${c}`, `${prefix}${d}`];
}

/**
 * @param {string} to
 * @param {string} by
 */
function add(to, by) {
  return `${to} = i32x4.add(${to}, ${by});`;
}

/**
 * @param {string} to
 * @param {string} by
 * @param {7 | 8 | 12 | 16} bits to rotate left
 */
function xorAndRotate(to, by, bits) {
  const xor = `${to} = v128.xor(${to}, ${by});`;
  if (bits === 16 || bits === 8) return `${xor} ${to} = v128.swizzle(${to}, by${bits});`;
  return `${xor} ${to} = v128.or(i32x4.shl(${to}, ${bits}), i32x4.shr_u(${to}, ${32 - bits}));`;
}
