import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunksOf, collect, SourceReader } from "../../src/age/source";
import { expectBytes, inPieces, plaintextOf } from "./kit";

/** Makes a source that records each request and its closing. */
function watched(pieces: readonly Uint8Array[]): { source: Iterable<Uint8Array>; log: string[] } {
  const log: string[] = [];
  let position = 0;
  const iterator: Iterator<Uint8Array> = {
    next() {
      log.push("next");
      const value = pieces[position++];
      return value === undefined ? { done: true, value } : { done: false, value };
    },
    return() {
      log.push("return");
      return { done: true, value: undefined };
    },
  };
  return { source: { [Symbol.iterator]: () => iterator }, log };
}

describe("a reader", () => {
  it("takes what is asked for across pieces, and leaves the rest", async () => {
    const whole = plaintextOf(10);
    const reader = new SourceReader(inPieces(whole, 3));
    expectBytes(await reader.take(4), whole.subarray(0, 4));
    expectBytes(await reader.take(0), new Uint8Array(0));
    expectBytes(await reader.take(1), whole.subarray(4, 5));
    reader.unread(whole.slice(0, 5));
    expectBytes(await collect(reader), whole);
  });

  it("takes fewer bytes when the source ends", async () => {
    expect((await new SourceReader([plaintextOf(3)]).take(9)).length).toBe(3);
    expect((await new SourceReader([]).take(9)).length).toBe(0);
  });

  it("skips empty pieces", async () => {
    const empty = new Uint8Array(0);
    const reader = new SourceReader([empty, plaintextOf(2), empty, empty]);
    expect(await reader.next()).toEqual({ done: false, value: plaintextOf(2) });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it("closes a source that was never read, once", async () => {
    const { source, log } = watched([plaintextOf(1)]);
    const reader = new SourceReader(source);
    await reader.return();
    await reader.return();
    expect(log).toEqual(["return"]);
    reader.unread(plaintextOf(1));
    await reader.return();
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it("does not close a source that has ended by itself", async () => {
    const { source, log } = watched([plaintextOf(1)]);
    const reader = new SourceReader(source);
    await collect(reader);
    await reader.return();
    expect(log).toEqual(["next", "next"]);
  });

  it("closes its source when it is aborted, and throws the reason", async () => {
    const { source, log } = watched([plaintextOf(1), plaintextOf(2)]);
    const controller = new AbortController();
    const reader = new SourceReader(source, controller.signal);
    await reader.next();
    controller.abort(new Error("enough"));
    await expect(reader.next()).rejects.toThrow("enough");
    expect(log).toEqual(["next", "return"]);
  });
});

describe("chunks", () => {
  it("are whole, in order, and know the last one, however the source is cut", async () => {
    const lengths = fc.array(fc.nat({ max: 12 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(lengths, fc.integer({ min: 1, max: 9 }), async (cuts, size) => {
        const whole = plaintextOf(cuts.reduce((sum, length) => sum + length, 0));
        let start = 0;
        const pieces = cuts.map((length) => whole.subarray(start, (start += length)));
        const chunks: Uint8Array[] = [];
        const positions: string[] = [];
        for await (const { bytes, position } of chunksOf(pieces, size)) {
          chunks.push(bytes.slice());
          positions.push(position);
        }
        expectBytes(Buffer.concat(chunks), whole);
        expect(chunks.length).toBe(Math.max(Math.ceil(whole.length / size), 1));
        expect(chunks.slice(0, -1).every(({ length }) => length === size)).toBe(true);
        expect(positions).toEqual(
          chunks.map((_, i) => (i === chunks.length - 1 ? "last" : "inner")),
        );
      }),
    );
  });
});

describe("the buffer that chunks are put together in", () => {
  it("is zeroed at the end, since it may hold plaintext", async () => {
    const seen: Uint8Array[] = [];
    for await (const { bytes } of chunksOf(inPieces(plaintextOf(25), 4), 10)) seen.push(bytes);
    expect(seen.length).toBe(3);
    expect(seen.every((chunk) => chunk.every((byte) => byte === 0))).toBe(true);
  });
});

describe("collecting", () => {
  it.each([0, 1, 4095, 100_000])("joins %i bytes into a buffer of its own", async (size) => {
    const whole = plaintextOf(size);
    for (const length of [1021, Math.max(size, 1)]) {
      const collected = await collect(inPieces(whole, length));
      expectBytes(collected, whole);
      expect(collected.buffer.byteLength).toBe(size);
    }
    const collected = await collect([whole]);
    if (size > 0) expect(collected.buffer).not.toBe(whole.buffer);
  });
});
