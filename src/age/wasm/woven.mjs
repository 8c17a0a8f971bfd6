// Writes woven.ts, the part of the engine in which ChaCha20 and Poly1305 are woven into each other.
// woven.d.ts declares its exports for readers and editors.
import {
  batchSize,
  closing,
  declarations as words,
  doubleRound,
  doubleRounds,
  opening,
} from "./eightBlocks.mjs";
import { conclusion, declarations as limbs, polyBlock } from "./polyBlock.mjs";
import { quarterRounds, rotationMasks } from "./rounds.mjs";
import { weave } from "./weaving.mjs";

/**
 * The number of Poly1305's blocks in each part. Together they are as many as a batch has. Each part
 * has about the same density of them.
 */
const woven = { opening: 2, doubleRound: 3, closing: 3 };
const apart = { opening: 0, doubleRound: 0, closing: 0 };

/** Returns the text of woven.ts. */
export function wovenSource() {
  const blocks = woven.opening + doubleRounds * woven.doubleRound + woven.closing;
  if (16 * blocks !== batchSize) throw new Error("a batch is absorbed for each one encrypted");
  return [
    'import { initial, mac, started } from "./layout";',
    `export const batchSize: u32 = ${batchSize};`,
    ...exported("startRounds(): void", startRounds()),
    ...exported("encrypt(text: usize, batches: u32): void", [
      ...rotationMasks,
      ...loop("--batches", batch(apart)),
    ]),
    ...exported("encryptAndAbsorb(text: usize, message: usize, batches: u32): void", [
      ...rotationMasks,
      ...limbs,
      "const end: u64 = 1 << 32;",
      ...loop("--batches", batch(woven)),
      ...conclusion,
    ]),
    ...exported("absorb(message: usize, blocks: u32, end: u64): void", [
      ...limbs,
      ...loop("--blocks", [...polyBlock(0), "message += 16;"]),
      ...conclusion,
    ]),
    "",
  ].join("\n");
}

/** Returns the first column round, on the rows of the state: each lane is a column. */
function startRounds() {
  const rows = ["a", "b", "c", "d"];
  return [
    ...rotationMasks,
    ...rows.map((row, i) => `let ${row} = v128.load(initial, ${16 * i});`),
    ...quarterRounds(["a", "b", "c", "d"]),
    ...rows.map((row, i) => `v128.store(started, ${row}, ${16 * i});`),
  ];
}

/**
 * Encrypts a batch at `text`, and absorbs one at `message` meanwhile.
 *
 * The double rounds stay a loop. Unrolled, they would not fit into the machine's cache of decoded
 * instructions, and would run at a third of the speed.
 *
 * @param {typeof woven} macs the number of Poly1305's blocks in each part
 */
function batch(macs) {
  return [
    ...words,
    ...part(opening, macs.opening),
    "let rounds = 0;",
    ...loop(`++rounds < ${doubleRounds}`, part(doubleRound, macs.doubleRound)),
    ...part(closing, macs.closing),
    "store<u32>(initial, load<u32>(initial, 48) + 8, 48);",
    `text += ${batchSize};`,
  ];
}

/**
 * @param {readonly string[]} statements
 * @param {number} macs
 */
function part(statements, macs) {
  const absorbing = Array.from({ length: macs }, (_, block) => polyBlock(block)).flat();
  const advance = macs === 0 ? [] : [`message += ${16 * macs};`];
  return [...weave(statements, absorbing), ...advance];
}

/**
 * Makes a loop with its condition at the end, which saves a jump each time round.
 *
 * @param {string} condition
 * @param {readonly string[]} body
 */
function loop(condition, body) {
  return ["do {", ...body, `} while (${condition});`];
}

/**
 * @param {string} signature
 * @param {readonly string[]} body
 */
function exported(signature, body) {
  return [`export function ${signature} {`, ...body, "}"];
}
