import { describe, expect, it } from "vitest";
import { plaintextOf } from "../kit";
import { hex, poly1305, unhex } from "./kit";
import { macs } from "./rfc8439";

const prime = (1n << 130n) - 5n;
const clamp = 0x0ffffffc0ffffffc0ffffffc0fffffffn;

const number = (bytes: Uint8Array): bigint =>
  BigInt(`0x${hex(Uint8Array.from(bytes).reverse()) || "0"}`);

/** Follows RFC 8439 §2.5.1 word for word. */
function reference(key: Uint8Array, message: Uint8Array): string {
  const r = number(key.subarray(0, 16)) & clamp;
  let accumulator = 0n;
  for (let start = 0; start < message.length; start += 16) {
    const block = message.subarray(start, start + 16);
    const n = number(block) + (1n << BigInt(8 * block.length));
    accumulator = ((accumulator + n) * r) % prime;
  }
  const tag = (accumulator + number(key.subarray(16))) & ((1n << 128n) - 1n);
  return hex(unhex(tag.toString(16).padStart(32, "0")).reverse());
}

it.each(macs)("is that of RFC 8439 (%s)", (_name, key, message, tag) => {
  expect(hex(poly1305(unhex(key), unhex(message)))).toBe(tag);
  expect(reference(unhex(key), unhex(message))).toBe(tag);
});

describe("agrees with exact arithmetic", () => {
  const halves = {
    "of zeros": new Uint8Array(16),
    "of ones": new Uint8Array(16).fill(255),
    "of one in the first limb": Uint8Array.of(1, ...new Uint8Array(15)),
    "of the largest last limb": Uint8Array.of(...new Uint8Array(12), 255, 255, 255, 255),
    "that is any": plaintextOf(16),
  };
  const any = plaintextOf(1024);
  const messages: Readonly<Record<string, (i: number) => number>> = {
    "of ones": () => 255,
    "of zeros": () => 0,
    "of limbs of ones and of zeros": (i) => ((any[i >> 2] ?? 0) & 1) * 255,
    "with a limb of ones in each block": (i) => (((i >> 2) - (i >> 4)) % 4 === 0 ? 255 : 0),
    "that is any": (i) => any[i] ?? 0,
  };
  const cases = Object.entries(halves).flatMap(([r, rBytes]) =>
    Object.entries(halves).flatMap(([s, sBytes]) =>
      Object.entries(messages).map(([message, byte]) => ({ r, rBytes, s, sBytes, message, byte })),
    ),
  );

  it.each(cases)("for r $r, s $s, a message $message", ({ rBytes, sBytes, byte }) => {
    const key = Uint8Array.of(...rBytes, ...sBytes);
    for (const length of [0, 1, 15, 16, 17, 31, 32, 33, 48, 160, 528, 1024]) {
      const message = Uint8Array.from({ length }, (_, i) => byte(i));
      expect(hex(poly1305(key, message))).toBe(reference(key, message));
    }
  });

  // With r = 1 the accumulator is a sum of blocks, each with a bit at 2^128.
  const edges = [prime, 2n * prime, 1n << 130n, (1n << 128n) + 1n];
  it.each(edges.flatMap((edge) => [edge - 1n, edge, edge + 1n]))("where it reaches %d", (sum) => {
    const most = (1n << 128n) - 1n;
    const count = sum / (most + (1n << 128n)) + 1n;
    let rest = sum - (count << 128n);
    const blocks = Array.from({ length: Number(count) }, () => {
      const block = rest < most ? rest : most;
      rest -= block;
      return unhex(block.toString(16).padStart(32, "0")).reverse();
    });
    expect(rest).toBe(0n);
    for (const s of Object.values(halves)) {
      const key = Uint8Array.of(1, ...new Uint8Array(15), ...s);
      const message = Buffer.concat(blocks);
      expect(hex(poly1305(key, message))).toBe(reference(key, message));
    }
  });
});
