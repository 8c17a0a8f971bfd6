import { describe, expect, it } from "vitest";
import { createHeader, parseHeader } from "../../../../src/age/header";
import { type Collected, collected } from "../../../../src/strategies/cli/transfer/outputBuffer";
import {
  decryptedLength,
  encryptedLength,
  type ExpectedLength,
  unknownLength,
} from "../../../../src/strategies/cli/transfer/expectedLength";

const whole = Uint8Array.from({ length: 1000 }, (_, index) => (index % 255) + 1);

/** Passes all bytes on, at most so many at a time, as a socket does. */
function pour(into: Collected, most: number): void {
  for (let at = 0; at < whole.length;) {
    const room = into.room();
    expect(room.length).toBeGreaterThan(0);
    const piece = whole.subarray(at, at + Math.min(most, room.length));
    room.set(piece);
    into.received(piece.length);
    at += piece.length;
  }
  // A socket asks for room before it learns of the end.
  into.room();
}

const guesses: [what: string, expected: ExpectedLength][] = [
  ["was told at once", () => whole.length],
  ["is told by the first 300 bytes", (bytes) => (bytes.length < 300 ? null : whole.length)],
  ["nobody knows", unknownLength],
  ["was guessed too short", () => 400],
  ["was guessed shorter than the first piece", (bytes) => (bytes.length === 0 ? null : 1)],
  ["was guessed as nothing", () => 0],
  ["was guessed too long", () => 4000],
];

describe.each(guesses)("what is collected when its length %s", (_, expected) => {
  it.each([1, 7, 400, 1000, 5000])("is all of it, in pieces of %d", (length) => {
    const output = collected(expected);
    pour(output, length);
    expect(output.size()).toBe(whole.length);
    expect(Buffer.concat(output.pieces()).equals(whole)).toBe(true);
    const bytes = output.take();
    output.wipe();
    expect(Buffer.from(bytes).equals(whole)).toBe(true);
    expect(bytes.buffer.byteLength).toBe(whole.length);
  });

  it("is zeroed unless it was taken, and so is what comes too late", () => {
    const output = collected(expected);
    pour(output, 100);
    const seen = output.pieces();
    expect(Buffer.concat(seen).equals(whole)).toBe(true);
    output.wipe();
    const late = output.room();
    late.set([1, 2, 3]);
    output.received(3);
    for (const piece of [...seen, late]) expect(piece.every((byte) => byte === 0)).toBe(true);
  });

  it("is never more than there was room for", () => {
    const output = collected(expected);
    const { length } = output.room();
    expect(() => {
      output.received(length + 1);
    }).toThrow(TypeError);
  });

  it("is empty if nothing comes", () => {
    const output = collected(expected);
    output.room();
    expect(output.take()).toEqual(new Uint8Array());
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
