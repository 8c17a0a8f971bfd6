import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collect, encrypt, readAgeFile, unwrapFileKey } from "../../src/age/age";
import { openRandomAccess, type ReadAt } from "../../src/age/randomAccess";
import { X25519Identity } from "../../src/age/x25519";
import { ageError, boundarySizes, expectBytes, plaintextOf } from "./kit";

const alice = X25519Identity.generate();
const chunk = 65536;
const sealedChunk = chunk + 16;

/** Makes a file in memory that records which parts of it are read. */
async function fileOf(size: number, change: (file: Uint8Array) => Uint8Array = (file) => file) {
  const whole = await collect(encrypt([plaintextOf(size)], [alice.recipient], "binary"));
  const { header } = await readAgeFile([whole]);
  const { fileKey } = await unwrapFileKey(header, [alice]);
  const file = change(whole);
  const reads: [position: number, length: number][] = [];
  const readAt: ReadAt = (position, length) => {
    reads.push([position, length]);
    return Promise.resolve(file.slice(position, position + length));
  };
  const opened = { format: "binary", header, size: file.length, readAt } as const;
  return { file, fileKey, reads, opened, start: header.bytes.length + 16 };
}

describe("random access", () => {
  it.each([...boundarySizes, 5 * chunk + 3])("reads any part of %i bytes", async (size) => {
    const plaintext = plaintextOf(size);
    const { opened, fileKey } = await fileOf(size);
    const reader = await openRandomAccess(opened, fileKey);
    expect(reader.size).toBe(size);
    expectBytes(await reader.read(0, size), plaintext);
    expectBytes(await reader.read(0, size + 1), plaintext);
    await fc.assert(
      fc.asyncProperty(fc.nat(size + 10), fc.nat(size + 10), async (start, length) => {
        const part = await reader.read(start, length);
        expectBytes(part, plaintext.subarray(start, start + length));
        expect(part.buffer.byteLength).toBe(part.length);
      }),
      { numRuns: 60 },
    );
  });

  it("reads only the chunks that a part lies in, and the last one first", async () => {
    const { opened, fileKey, reads, start } = await fileOf(40 * chunk + 9);
    const reader = await openRandomAccess(opened, fileKey);
    expect(reads.slice(1)).toEqual([[start + 40 * sealedChunk, 25]]);
    reads.length = 0;
    await reader.read(5 * chunk, 1);
    await reader.read(7 * chunk - 1, 2);
    expect(reads).toEqual([
      [start + 5 * sealedChunk, sealedChunk],
      [start + 6 * sealedChunk, 2 * sealedChunk],
    ]);
  });

  it("does not read the chunk again that it opened last, nor more than a mebibyte at once", async () => {
    const size = 40 * chunk;
    const { opened, fileKey, reads } = await fileOf(size);
    const reader = await openRandomAccess(opened, fileKey);
    reads.length = 0;
    for (let at = 0; at < size; at += 4096) await reader.read(at, 4096);
    expect(reads.length).toBe(40);
    reads.length = 0;
    await reader.read(0, size);
    expect(Math.max(...reads.map(([, length]) => length))).toBe(16 * sealedChunk);
  });

  it("hands out several parts at the same time", async () => {
    const plaintext = plaintextOf(20 * chunk);
    const { opened, fileKey } = await fileOf(20 * chunk);
    const reader = await openRandomAccess(opened, fileKey);
    const parts = await Promise.all(
      Array.from({ length: 40 }, (_, i) => reader.read(i * 32768, 32768)),
    );
    expectBytes(Buffer.concat(parts), plaintext);
  });

  it("does not touch the file key, and stops when it is aborted", async () => {
    const { opened, fileKey } = await fileOf(3 * chunk);
    const copy = fileKey.slice();
    const reader = await openRandomAccess(opened, fileKey);
    expectBytes(fileKey, copy);
    const reason = new Error("enough");
    await expect(reader.read(0, 9, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe("random access refuses", () => {
  const size = 3 * chunk;
  const damages: [how: string, change: (file: Uint8Array) => Uint8Array][] = [
    ["a file that was cut off where a chunk ends", (file) => file.subarray(0, -sealedChunk)],
    ["a file that was cut off within a chunk", (file) => file.subarray(0, -7)],
    ["a file that is longer", (file) => new Uint8Array(Buffer.concat([file, plaintextOf(99)]))],
    ["a last chunk that was changed", (file) => file.with(file.length - 3, 0)],
    ["a nonce that was changed", (file) => file.with(file.length - 3 * sealedChunk - 2, 7)],
  ];
  it.each(damages)("%s, before anything is read", async (_how, change) => {
    const { opened, fileKey } = await fileOf(size, change);
    await expect(openRandomAccess(opened, fileKey)).rejects.toThrow(ageError("corrupt-payload"));
  });

  it("a chunk that was changed, when it is read, and no other", async () => {
    const { opened, fileKey, start } = await fileOf(size, (file) =>
      file.with(file.length - 2 * sealedChunk + 5, 0).with(file.length - 2 * sealedChunk + 6, 0),
    );
    const reader = await openRandomAccess(opened, fileKey);
    expect(start).toBeGreaterThan(16);
    expectBytes(await reader.read(0, chunk), plaintextOf(size).subarray(0, chunk));
    await expect(reader.read(chunk - 1, 2)).rejects.toThrow(ageError("corrupt-payload"));
    expectBytes(await reader.read(2 * chunk, chunk), plaintextOf(size).subarray(2 * chunk));
  });

  it("chunks in each other's places", async () => {
    const { opened, fileKey } = await fileOf(size, (file) => {
      const start = file.length - 3 * sealedChunk;
      return file.slice().copyWithin(start, start + sealedChunk, start + 2 * sealedChunk);
    });
    const reader = await openRandomAccess(opened, fileKey);
    await expect(reader.read(0, 1)).rejects.toThrow(ageError("corrupt-payload"));
  });

  it("a file that has become shorter since", async () => {
    const { opened, fileKey, file } = await fileOf(size);
    let end = file.length;
    const readAt: ReadAt = (position, length) =>
      Promise.resolve(file.slice(position, Math.min(position + length, end)));
    const reader = await openRandomAccess({ ...opened, readAt }, fileKey);
    end -= 2 * sealedChunk + 1;
    await expect(reader.read(0, 2 * chunk)).rejects.toThrow(ageError("corrupt-payload"));
  });
});
