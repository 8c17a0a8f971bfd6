// Poly1305 of one block (RFC 8439 §2.5), as statements: accumulator = (accumulator + block) * r mod
// 2^130 - 5, lazily reduced.
//
// Numbers lie in four limbs, at 2^0, 2^32, 2^64 and 2^96, so that a product needs 16
// multiplications of 64 bits. They suffice because of the clamp: r0 to r3 have 28 bits, and r1 to
// r3 are multiples of 4. A product that reaches 2^128 comes back at 2^0 times 5/4, since 2^130 = 5.
// `fold<i>` is 5/4 of r<i>, and whole.
//
// The bounds, in units of 2^32 for limbs of the accumulator and of 2^60 for products with r < 2^28:
//
//     after a block     a0 < 1 + 5/4 = 2.25    a1 < 1    a2 < 1    a3 < 4
//     block added       a0 < 3.25              a1 < 2    a2 < 2    a3 < 4 + 1 + 1 = 6 (bit 2^128)
//
//     p0 = a0 r0 + a1 fold3 + a2 fold2 + a3 fold1 < 3.25 + 5/4 (2 + 2 + 6)       = 15.75
//     p1 = a0 r1 + a1 r0    + a2 fold3 + a3 fold2 < 3.25 + 2 + 5/4 (2 + 6)       = 15.25
//     p2 = a0 r2 + a1 r1    + a2 r0    + a3 fold3 < 3.25 + 2 + 2 + 5/4 * 6       = 14.75
//     p3 = a0 r3 + a1 r2    + a2 r1    + a3 r0    < 3.25 + 2 + 2 + 6             = 13.25
//
// A product may reach 16, which is 2^64; a carry adds less than 2^-28 to the next one. The part
// above 2^130, p3 / 2^34 < 2^30, comes back times 5, as less than 5/4 * 2^32: so a0 < 2.25 again.

/** The declarations that {@link polyBlock} needs, from the state at `mac` (poly1305.ts). */
export const declarations = [
  "let a0 = load<u64>(mac), a1 = load<u64>(mac, 8), a2 = load<u64>(mac, 16), a3 = load<u64>(mac, 24);",
  "const r0 = load<u64>(mac, 32), r1 = load<u64>(mac, 40), r2 = load<u64>(mac, 48), r3 = load<u64>(mac, 56);",
  "const fold1 = r1 + (r1 >> 2), fold2 = r2 + (r2 >> 2), fold3 = r3 + (r3 >> 2);",
  "let p0: u64, p1: u64, p2: u64, p3: u64;",
];

/** The statements that put the accumulator back. */
export const conclusion = [
  "store<u64>(mac, a0); store<u64>(mac, a1, 8); store<u64>(mac, a2, 16); store<u64>(mac, a3, 24);",
];

/** The factors by which each limb of the accumulator is multiplied, for p0 to p3. */
const factors = [
  ["r0", "r1", "r2", "r3"],
  ["fold3", "r0", "r1", "r2"],
  ["fold2", "fold3", "r0", "r1"],
  ["fold1", "fold2", "fold3", "r0"],
];

/**
 * Absorbs one of the blocks at `message`.
 *
 * @param {number} block its number, counted from 0
 */
export function polyBlock(block) {
  return [
    ...factors.flatMap((row, limb) => [
      `a${limb} += <u64>load<u32>(message, ${16 * block + 4 * limb});`,
      ...(limb === 3 ? ["a3 += end;"] : []),
      ...row.map((factor, i) => `p${i} ${limb === 0 ? "" : "+"}= a${limb} * ${factor};`),
    ]),
    "p1 += p0 >> 32;",
    "p2 += p1 >> 32;",
    "p3 += p2 >> 32;",
    "a0 = (p0 & 0xffffffff) + (p3 >> 34) * 5;",
    "a1 = p1 & 0xffffffff;",
    "a2 = p2 & 0xffffffff;",
    "a3 = p3 & 0x3ffffffff;",
  ];
}
