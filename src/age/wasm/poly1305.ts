// Poly1305 (RFC 8439 §2.5), around the blocks of woven.ts.
import { block, mac } from "./layout";
import { absorb } from "./woven";

/** The bit after the end of a whole block, as a multiple of 2^96. */
const afterBlock: u64 = 1 << 32;

/** Starts a MAC under a one-time key of 32 bytes: r, which it clamps, and s. */
export function startMac(oneTimeKey: usize): void {
  memory.fill(mac, 0, 32);
  store<u64>(mac, load<u32>(oneTimeKey) & 0x0fffffff, 32);
  store<u64>(mac, load<u32>(oneTimeKey, 4) & 0x0ffffffc, 40);
  store<u64>(mac, load<u32>(oneTimeKey, 8) & 0x0ffffffc, 48);
  store<u64>(mac, load<u32>(oneTimeKey, 12) & 0x0ffffffc, 56);
  v128.store(mac, v128.load(oneTimeKey, 16), 64);
}

/** Absorbs a text, padded with zeros to a multiple of 16 bytes (RFC 8439 §2.8). */
export function absorbPadded(text: usize, length: u32): void {
  absorbWhole(text, length);
  if ((length & 15) === 0) return;
  copyRest(text, length);
  absorb(block, 1, afterBlock);
}

/** Absorbs a text, and the end bit right after it (RFC 8439 §2.5). */
export function absorbEnded(text: usize, length: u32): void {
  absorbWhole(text, length);
  if ((length & 15) === 0) return;
  copyRest(text, length);
  store<u8>(block + (length & 15), 1);
  absorb(block, 1, 0);
}

/** Absorbs the lengths: 0 for the additional data, and the ciphertext's (RFC 8439 §2.8). */
export function absorbLength(length: u32): void {
  store<u64>(block, 0);
  store<u64>(block, length, 8);
  absorb(block, 1, afterBlock);
}

/** Writes the tag: the accumulator modulo 2^130 - 5, plus s, modulo 2^128. */
export function writeTag(tag: usize): void {
  const low: u64 = 0xffffffff;
  let a0 = load<u64>(mac);
  let a1 = load<u64>(mac, 8);
  let a2 = load<u64>(mac, 16);
  let a3 = load<u64>(mac, 24);

  // The limbs become digits. The part above 2^130, 0 or 1, comes back times 5. It is 1 only if
  // little is left below, so the second pass ends below 2^130.
  a1 += a0 >> 32;
  a2 += a1 >> 32;
  a3 += a2 >> 32;
  a0 = (a0 & low) + (a3 >> 34) * 5;
  a1 = (a1 & low) + (a0 >> 32);
  a2 = (a2 & low) + (a1 >> 32);
  a3 = (a3 & 0x3ffffffff) + (a2 >> 32);

  // The accumulator is 2^130 - 5 or more if adding 5 reaches 2^130. The sum is the remainder then.
  const b0 = (a0 & low) + 5;
  const b1 = (a1 & low) + (b0 >> 32);
  const b2 = (a2 & low) + (b1 >> 32);
  const b3 = a3 + (b2 >> 32);
  const reduced: u64 = 0 - (b3 >> 34);
  const s0 = (pick(a0, b0, reduced) & low) + load<u32>(mac, 64);
  const s1 = (pick(a1, b1, reduced) & low) + load<u32>(mac, 68) + (s0 >> 32);
  const s2 = (pick(a2, b2, reduced) & low) + load<u32>(mac, 72) + (s1 >> 32);
  const s3 = (pick(a3, b3, reduced) & low) + load<u32>(mac, 76) + (s2 >> 32);
  store<u32>(tag, <u32>s0);
  store<u32>(tag, <u32>s1, 4);
  store<u32>(tag, <u32>s2, 8);
  store<u32>(tag, <u32>s3, 12);
}

/** Returns the second value's bits where the mask has ones, else the first's, without a branch. */
function pick(first: u64, second: u64, mask: u64): u64 {
  return (first & ~mask) | (second & mask);
}

function absorbWhole(text: usize, length: u32): void {
  if (length >= 16) absorb(text, length >> 4, afterBlock);
}

/** Copies the bytes after the last whole block into `block`, with zeros after them. */
function copyRest(text: usize, length: u32): void {
  const rest = length & 15;
  v128.store(block, i64x2(0, 0));
  memory.copy(block, text + length - rest, rest);
}
