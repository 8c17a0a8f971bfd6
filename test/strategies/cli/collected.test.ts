import { describe, expect, it } from "vitest";
import { createHeader, parseHeader } from "../../../src/age/header";
import { collected } from "../../../src/strategies/cli/collected";
import {
  decryptedLength,
  encryptedLength,
  type ExpectedLength,
  unknownLength,
} from "../../../src/strategies/cli/expectedLength";
import type { ProgramOutput } from "../../../src/strategies/cli/programEnds";

const whole = Uint8Array.from({ length: 1000 }, (_, index) => (index % 255) + 1);

/** Hands over all bytes in pieces of their own, as a stream does. */
function pour({ stdout }: ProgramOutput, length: number): readonly Uint8Array[] {
  if (typeof stdout !== "function") throw new TypeError("nobody takes it");
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < whole.length; at += length) pieces.push(whole.slice(at, at + length));
  pieces.forEach(stdout);
  return pieces;
}

const guesses: [what: string, expected: ExpectedLength][] = [
  ["was told at once", () => whole.length],
  ["is told by the first 300 bytes", (bytes) => (bytes.length < 300 ? null : whole.length)],
  ["nobody knows", unknownLength],
  ["was guessed too short", () => 400],
  ["was guessed shorter than the first piece", () => 1],
  ["was guessed too long", () => 4000],
];

describe.each(guesses)("what is collected when its length %s", (_, expected) => {
  it.each([1, 7, 400, 1000, 5000])("is all of it, in pieces of %d", async (length) => {
    const output = collected(expected);
    pour(output, length);
    expect(await output.size()).toBe(whole.length);
    const seen: Uint8Array[] = [];
    for await (const piece of output.pieces()) seen.push(piece);
    expect(Buffer.concat(seen).equals(whole)).toBe(true);
    const bytes = await output.take();
    await output.close();
    expect(Buffer.from(bytes ?? []).equals(whole)).toBe(true);
    expect(bytes?.buffer.byteLength).toBe(whole.length);
  });

  it("is zeroed unless it was taken, and so is what comes too late", async () => {
    const output = collected(expected);
    const pieces = pour(output, 100);
    const seen: Uint8Array[] = [];
    for await (const piece of output.pieces()) seen.push(piece);
    await output.close();
    const late = pour(output, 100);
    for (const piece of [...pieces, ...seen, ...late]) {
      expect(piece.every((byte) => byte === 0)).toBe(true);
    }
  });

  it("is empty if nothing comes", async () => {
    const output = collected(expected);
    expect(await output.take()).toEqual(new Uint8Array());
  });
});

describe("the expected length", () => {
  const stanza = { type: "X", args: ["a"], body: new Uint8Array(32) };
  const header = createHeader([stanza], new Uint8Array(16).fill(1));
  const headerSize = header.bytes.length;

  const sizes: [plaintext: number, payload: number][] = [
    [0, 16 + 16],
    [1, 16 + 17],
    [65536, 16 + 65552],
    [65537, 16 + 65552 + 17],
  ];
  it.each(sizes)("of %d bytes, encrypted, is told by the header", (plaintext, payload) => {
    const expected = encryptedLength("binary", plaintext);
    const beginning = new Uint8Array(headerSize + 20);
    beginning.set(header.bytes);
    expect(expected(beginning)).toBe(headerSize + payload);
    expect(expected(header.bytes)).toBe(headerSize + payload);
    expect(expected(header.bytes.subarray(0, -1))).toBeNull();
    const length = decryptedLength("binary", parseHeader(header.bytes), headerSize + payload);
    expect(length(new Uint8Array())).toBe(plaintext);
  });

  it("is unknown for armored files and for a length that no file has", () => {
    expect(encryptedLength("armored", 5)(header.bytes)).toBeNull();
    expect(decryptedLength("armored", header, headerSize + 32)(new Uint8Array())).toBeNull();
    expect(decryptedLength("binary", header, headerSize + 3)(new Uint8Array())).toBeNull();
  });
});
