import { describe, expect, it } from "vitest";
import type { ChunkRuns, Run } from "../../../src/age/engines/engine";
import { openssl } from "../../../src/age/engines/openssl";
import { wasm } from "../../../src/age/engines/wasm";
import { expectBytes, plaintextOf } from "../kit";
import { slotSize, tagSize } from "./kit";

const key = plaintextOf(32);
const chunkSize = 65536;
const slots = 3;

type Place = Pick<Run, "index" | "position">;
const lengths = [0, 1, 15, 511, 65535, 65536, 65537, 131072, 131073, 196607, 196608];
const indexes = [0, 1, 255, 256, 2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32, 2 ** 48, 2 ** 53 - 4];

/** Puts each chunk's plaintext at the start of its slot. */
function fill(buffer: Uint8Array, plaintext: Uint8Array): void {
  for (let i = 0; i * chunkSize < plaintext.length; i++) {
    buffer.set(plaintext.subarray(i * chunkSize, (i + 1) * chunkSize), i * slotSize);
  }
}

function seal(cipher: ChunkRuns, plaintext: Uint8Array, place: Place, at = 0): Uint8Array {
  const buffer = cipher.buffers[at] ?? new Uint8Array(0);
  fill(buffer, plaintext);
  return Buffer.concat(cipher.seal({ buffer, length: plaintext.length, ...place }));
}

function open(cipher: ChunkRuns, sealed: Uint8Array, place: Place): ReturnType<ChunkRuns["open"]> {
  const [buffer = new Uint8Array(0)] = cipher.buffers;
  buffer.set(sealed);
  return cipher.open({ buffer, length: sealed.length, ...place });
}

describe("a run", () => {
  const ours = wasm.chunkRuns(key, 1, slots);
  const theirs = openssl.chunkRuns(key, 1, slots);
  const cases = lengths.flatMap((length) =>
    (["inner", "last"] as const).map((position) => ({ length, position, index: 7 })),
  );
  const far = indexes.map((index) => ({ length: 131_100, position: "last" as const, index }));

  it.each([...cases, ...far])("of $length bytes from chunk $index on, $position", (which) => {
    const { length, ...place } = which;
    const plaintext = plaintextOf(length);
    const sealed = seal(ours, plaintext, place);
    expectBytes(sealed, seal(theirs, plaintext, place));
    const opened = open(ours, sealed, place);
    expect(opened.failed).toBe(null);
    expect(opened.pieces).toHaveLength(Math.max(Math.ceil(length / chunkSize), 1));
    expectBytes(Buffer.concat(opened.pieces), plaintext);
  });

  it("is sealed and opened where it lies", () => {
    const cipher = wasm.chunkRuns(key, 2, slots);
    const place = { index: 0, position: "last" } as const;
    const [buffer = key] = cipher.buffers;
    fill(buffer, plaintextOf(70_000));
    const pieces = cipher.seal({ buffer, length: 70_000, ...place });
    const opened = cipher.open({ buffer, length: 70_000 + 2 * tagSize, ...place });
    for (const piece of [...pieces, ...opened.pieces]) expect(piece.buffer).toBe(buffer.buffer);
    expectBytes(Buffer.concat(opened.pieces), plaintextOf(70_000));
  });

  it("leaves the other buffers as they are", () => {
    const cipher = wasm.chunkRuns(key, 3, 1);
    for (const buffer of cipher.buffers) buffer.fill(0x55);
    seal(cipher, plaintextOf(chunkSize), { index: 0, position: "inner" }, 1);
    for (const at of [0, 2]) {
      expect(cipher.buffers[at]?.every((byte) => byte === 0x55)).toBe(true);
    }
  });

  it("is refused at the chunk that differs, of which nothing is left, and of which alone", () => {
    const place = { index: 2 ** 32 - 2, position: "last" } as const;
    const plaintext = plaintextOf(2 * chunkSize + 100);
    const sealed = seal(ours, plaintext, place);
    for (const [chunk, start] of [0, slotSize, 2 * slotSize].entries()) {
      const end = Math.min(start + slotSize, sealed.length);
      for (const at of [start, start + 99, end - tagSize, end - 1]) {
        const changed = new Uint8Array(sealed);
        changed[at] = (changed[at] ?? 0) ^ 0x80;
        const { pieces, failed } = open(ours, changed, place);
        expect(failed).toBe(chunk);
        expectBytes(Buffer.concat(pieces), plaintext.subarray(0, chunk * chunkSize));
        const buffer = ours.buffers[0] ?? key;
        expectBytes(buffer.subarray(start, end - tagSize), new Uint8Array(end - tagSize - start));
        expectBytes(buffer.subarray(end - tagSize, sealed.length), changed.subarray(end - tagSize));
      }
    }
  });

  const elsewhere: [title: string, place: Place, failed: number][] = [
    ["as if it went on", { index: 5, position: "inner" }, 1],
    ["from another chunk on", { index: 6, position: "last" }, 0],
    ["from the chunk 2^32 later on", { index: 5 + 2 ** 32, position: "last" }, 0],
  ];
  it.each(elsewhere)("is refused %s", (_title, place, failed) => {
    const sealed = seal(ours, plaintextOf(chunkSize + 5), { index: 5, position: "last" });
    expect(open(ours, sealed, place).failed).toBe(failed);
  });

  it.each([0, 1, 15, slotSize + 1, slotSize + 15])("of %i sealed bytes is refused", (length) => {
    const place = { index: 0, position: "last" } as const;
    const sealed = seal(ours, plaintextOf(chunkSize), { index: 0, position: "inner" });
    const cut = new Uint8Array(length);
    cut.set(sealed.subarray(0, length));
    expect(open(ours, cut, place).failed).toBe(length < slotSize ? 0 : 1);
  });

  it("is not taken from elsewhere, nor if it is longer than its buffer", () => {
    const [buffer = key] = ours.buffers;
    const place = { index: 0, position: "inner" } as const;
    const wrong = [
      { buffer: new Uint8Array(buffer.length), length: 1 },
      { buffer: buffer.subarray(0), length: 1 },
      { buffer, length: slots * chunkSize + 1 },
    ];
    for (const run of wrong) expect(() => ours.seal({ ...run, ...place })).toThrow(RangeError);
    const long = { buffer, length: slots * slotSize + 1, ...place };
    expect(() => ours.open(long)).toThrow(RangeError);
  });
});

describe("a cipher for runs", () => {
  it("copies its key", () => {
    const copy = Uint8Array.from(key);
    const cipher = wasm.chunkRuns(copy, 1, 1);
    const place = { index: 0, position: "last" } as const;
    const sealed = seal(cipher, key, place);
    copy.fill(0);
    expectBytes(seal(cipher, key, place), sealed);
  });

  it("leaves nothing when it is wiped", () => {
    const cipher = wasm.chunkRuns(key, 2, 1);
    for (const buffer of cipher.buffers) buffer.fill(0x55);
    seal(cipher, plaintextOf(100), { index: 0, position: "last" });
    cipher.wipe();
    const memory = new Uint8Array(cipher.buffers[0]?.buffer ?? key.buffer);
    expect(memory.length).toBeGreaterThan(2 * slotSize);
    expect(memory.every((byte) => byte === 0)).toBe(true);
  });
});
