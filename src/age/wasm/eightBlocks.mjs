// Eight blocks of ChaCha20's keystream at once (RFC 8439 §2.3 and §2.4), as statements.
//
// Each lane of a vector belongs to another block: `lower<i>` has word i of blocks 0 to 3, and
// `upper<i>` has word i of blocks 4 to 7. Four blocks would leave the machine waiting for results,
// and twelve would spill too many registers. The lower blocks take a double round before the upper
// ones take theirs: where one half ends and has to wait, the machine already finds the other half's
// beginning. Changing over more often would spill more registers. There is no room for that: the
// machine is as busy as it can be.
import { columnRound, diagonalRound, quarter, quarterRounds } from "./rounds.mjs";

const blockSize = 64;

/** The length of eight blocks in bytes. */
export const batchSize = 8 * blockSize;

/** @typedef {"lower" | "upper"} Half */
/** @type {readonly Half[]} */
const halves = ["lower", "upper"];

const numbersOfWords = Array.from({ length: 16 }, (_, i) => i);

/** The number of {@link doubleRound}s after {@link opening}: ChaCha20 has ten double rounds. */
export const doubleRounds = 9;

/** The declarations of the words. */
export const declarations = [
  ...halves.map((half) => `let ${numbersOfWords.map((i) => half + i).join(": v128, ")}: v128;`),
  "let t0: v128, t1: v128, t2: v128, t3: v128;",
];

/**
 * The first double round. In its column round only the first column differs from block to block,
 * since it contains the block counter. The other columns were computed once for the whole message
 * (`started`).
 */
export const opening = halves.flatMap((half) => {
  const column = [0, 4, 8, 12].map((i) => load(half, i, "initial"));
  const others = numbersOfWords.filter((i) => i % 4 !== 0).map((i) => load(half, i, "started"));
  const round = quarterRounds(quarter(half, [0, 4, 8, 12]));
  return [...column, ...round, ...others, ...diagonalRound(half)];
});

/** One of the double rounds after the first. */
export const doubleRound = halves.flatMap((half) => [...columnRound(half), ...diagonalRound(half)]);

/**
 * The end of a batch: it adds the initial state, transposes the blocks, and XORs them into the
 * batch at `text`. The lower blocks come first, since the statements woven in still read the end of
 * the batch as it was.
 */
export const closing = halves.flatMap((half) => [0, 1, 2, 3].flatMap((row) => close(half, row)));

/**
 * @param {Half} half
 * @param {number} i
 * @param {"initial" | "started"} state
 */
function load(half, i, state) {
  return `${half}${i} = ${word(half, i, state)};`;
}

/**
 * Closes a row of a half: four words, which are 16 successive bytes of each block's keystream.
 *
 * @param {Half} half
 * @param {number} row of the state
 */
function close(half, row) {
  const [a, b, c, d] = quarter(half, [4 * row, 4 * row + 1, 4 * row + 2, 4 * row + 3]);
  const sums = [a, b, c, d].map((name, column) => {
    return `${name} = i32x4.add(${name}, ${word(half, 4 * row + column, "initial")});`;
  });
  // Transposes four by four words: pairs of words, then pairs of pairs.
  const pairs = [
    `t0 = v128.shuffle<i32>(${a}, ${b}, 0, 4, 1, 5);`,
    `t1 = v128.shuffle<i32>(${c}, ${d}, 0, 4, 1, 5);`,
    `t2 = v128.shuffle<i32>(${a}, ${b}, 2, 6, 3, 7);`,
    `t3 = v128.shuffle<i32>(${c}, ${d}, 2, 6, 3, 7);`,
  ];
  const pairsOfPairs = ["t0, t1, 0, 2", "t0, t1, 1, 3", "t2, t3, 0, 2", "t2, t3, 1, 3"];
  const stores = pairsOfPairs.map((operands, i) => {
    const block = half === "lower" ? i : i + 4;
    const at = blockSize * block + 16 * row;
    const keystream = `v128.shuffle<i64>(${operands})`;
    return `v128.store(text, v128.xor(v128.load(text, ${at}), ${keystream}), ${at});`;
  });
  return [...sums, ...pairs, ...stores];
}

/**
 * Returns a word of a state for a half's blocks. Only the block counter differs between them.
 *
 * @param {Half} half
 * @param {number} i
 * @param {"initial" | "started"} state
 */
function word(half, i, state) {
  const same = `v128.load32_splat(${state}, ${4 * i})`;
  if (i !== 12) return same;
  return `i32x4.add(${same}, i32x4(${half === "lower" ? "0, 1, 2, 3" : "4, 5, 6, 7"}))`;
}
