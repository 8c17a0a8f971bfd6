import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { polyBlock } from "../../../src/age/wasm/polyBlock.mjs";

type Limbs = Readonly<Record<string, bigint>>;

const limit = 1n << 64n;
const clamped = { r0: 0x0fffffffn, r1: 0x0ffffffcn, r2: 0x0ffffffcn, r3: 0x0ffffffcn };
const folded = Object.fromEntries([1, 2, 3].map((i) => [`fold${i}`, 0x0ffffffcn + 0x03ffffffn]));

/**
 * Computes the largest values that the variables of Poly1305's statements can have after a block,
 * and the largest value of any on the way. It runs the statements themselves with upper bounds in
 * place of values. The result holds because every operation grows with its operands, except for the
 * masks, which bound by themselves.
 */
function upperBounds(
  statements: readonly string[],
  before: Limbs,
): { after: Limbs; highest: bigint } {
  const program = statements.map((statement) =>
    statement
      .replace(/<u64>load<u32>\(message, \d+\)/, "0xffffffff")
      .replace(/(\w+) & (\w+)/, "least($1, $2)")
      .replace(/\b(0x[0-9a-f]+|\d+)\b/g, "$1n")
      .replace(/^(\w+) (\+?)=.*;$/, "$& note($1);"),
  );
  let highest = 0n;
  const variables = {
    ...clamped,
    ...folded,
    ...before,
    end: 1n << 32n,
    least: (a: bigint, b: bigint) => (a < b ? a : b),
    note: (value: bigint) => {
      if (value > highest) highest = value;
    },
  };
  runInNewContext(program.join("\n"), variables);
  const { a0, a1, a2, a3 } = variables as unknown as Record<string, bigint>;
  if (a0 === undefined || a1 === undefined || a2 === undefined || a3 === undefined) {
    throw new Error("the statements have other limbs");
  }
  return { after: { a0, a1, a2, a3 }, highest };
}

describe("the limbs of Poly1305", () => {
  const start: Limbs = { a0: 0n, a1: 0n, a2: 0n, a3: 0n };

  it("never pass 64 bits, however many blocks come and whatever they hold", () => {
    let bounds = start;
    for (let block = 0; block < 10; block++) {
      const { after, highest } = upperBounds(polyBlock(0), bounds);
      expect(highest).toBeLessThan(limit);
      bounds = after;
    }
    // The bounds have settled: no later block changes them, and they are within the proof's.
    expect(upperBounds(polyBlock(0), bounds).after).toEqual(bounds);
    expect(bounds["a0"]).toBeLessThan((9n << 32n) / 4n);
    expect(bounds["a3"]).toBeLessThan(4n << 32n);
  });

  it("would, if r were not clamped", () => {
    const statements = polyBlock(0).map((text) => text.replace("* r0", "* (r0 * 2)"));
    let bounds = start;
    let top = 0n;
    for (let block = 0; block < 10; block++) {
      const { after, highest } = upperBounds(statements, bounds);
      bounds = after;
      if (highest > top) top = highest;
    }
    expect(top).toBeGreaterThanOrEqual(limit);
  });
});
