import { writeSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { collect, decrypt, encrypt } from "../../../src/age/age";
import { payloadCipher } from "../../../src/age/payload";
import { concurrentIo, type FileIo } from "../../../src/strategies/native/fileIo";
import { ageError, expectBytes, plaintextOf } from "../../age/kit";
import {
  alice,
  chunk,
  encrypted,
  recipients,
  sealedChunk,
  strategyOf,
  testFile,
  unlocked,
} from "./kit";

const size = 9 * chunk + 1000;
const plaintext = plaintextOf(size);
const whole = await encrypted(plaintext);
const known = await unlocked(whole);
const payload = known.header.bytes.length + 16;
const chunkStart = (index: number): number => payload + index * sealedChunk;

/** Returns the file up to a length, with some of its chunks made unreadable. */
function partial(length: number, torn: readonly number[] = [], holes: readonly number[] = []) {
  const bytes = whole.slice(0, length);
  for (const index of torn) bytes.fill(0x55, chunkStart(index) + 500, chunkStart(index + 1));
  for (const index of holes) bytes.fill(0, chunkStart(index), chunkStart(index + 1));
  return bytes;
}

const partials: [what: string, partial: Uint8Array, missing: readonly number[]][] = [
  ["nothing but the header", partial(payload), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ["a part of its first chunk", partial(payload + 5), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ["its first chunk", partial(chunkStart(1)), [1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ["half a run", partial(chunkStart(3)), [3, 4, 5, 6, 7, 8, 9]],
  ["several runs and a torn chunk", partial(chunkStart(5) + 777), [5, 6, 7, 8, 9]],
  ["all but the last byte", partial(whole.length - 1), [9]],
  ["all but the last chunk", partial(chunkStart(9)), [9]],
  ["everything", partial(whole.length), []],
  ["everything, and more", new Uint8Array(Buffer.concat([whole, plaintext])), []],
  ["torn chunks", partial(whole.length, [0, 3, 4, 9]), [0, 3, 4, 9]],
  ["holes", partial(whole.length, [], [1, 2, 6]), [1, 2, 6]],
  ["holes and a torn end", partial(chunkStart(8) + 5, [5], [0, 1, 2, 3]), [0, 1, 2, 3, 5, 8, 9]],
];

/** Makes an io that records which bytes of a file are written. */
function noting(descriptor: number): FileIo & { readonly writes: [start: number, end: number][] } {
  const writes: [start: number, end: number][] = [];
  return {
    ...concurrentIo,
    writes,
    write: (target, from, position) => {
      const length = from.reduce((sum, { length: one }) => sum + one, 0);
      if (target === descriptor) writes.push([position, position + length]);
      return concurrentIo.write(target, from, position);
    },
  };
}

describe("an unfinished encryption that holds", () => {
  it.each(partials)("%s is finished to the very same file", async (_what, bytes, missing) => {
    for (const threads of [0, 1, 2]) {
      const target = testFile(bytes);
      const io = noting(target.descriptor);
      const input = testFile(plaintext).input();
      const { report } = await strategyOf(threads, { io }).resumeEncryption({
        ...{ input, output: target.output, ...known },
      });
      // The nonce of each chunk is fixed, so only one file is right.
      expectBytes(target.read(), whole);
      const lost = missing.reduce((sum, i) => sum + (i === 9 ? 1000 : chunk), 0);
      expect(report).toMatchObject({
        operation: "encrypt",
        bytes: size,
        resumedBytes: size - lost,
      });
      if (threads > 0) continue;
      for (const [start, end] of io.writes) {
        for (let at = start; at < end; at += sealedChunk) {
          expect(missing).toContain((at - payload) / sealedChunk);
        }
      }
    }
  });

  it("a payload whose nonce is the only thing that is left is sealed with that nonce", async () => {
    const target = testFile(whole.subarray(0, payload));
    const input = testFile(plaintext).input();
    await strategyOf(0).resumeEncryption({ input, output: target.output, ...known });
    expectBytes(
      target.read().subarray(payload - 16, payload),
      whole.subarray(payload - 16, payload),
    );
    expectBytes(await collect(decrypt([target.read()], [alice])), plaintext);
  });
});

describe("a source that is not what was encrypted", () => {
  const changed = (at: number): Uint8Array =>
    plaintext.map((byte, i) => (i === at ? byte ^ 1 : byte));
  const sources: [how: string, source: Uint8Array, partial: Uint8Array][] = [
    ["in its first byte", changed(0), partial(chunkStart(5))],
    ["in the last chunk that is there", changed(5 * chunk - 1), partial(chunkStart(5) + 9)],
    ["behind a torn chunk", changed(4 * chunk + 3), partial(chunkStart(5), [1])],
    ["in its last byte, when all is there", changed(size - 1), partial(whole.length, [2])],
    ["and is longer, behind a full last chunk", plaintextOf(0), partial(0)],
    [
      "and is shorter, to where a chunk ends",
      plaintext.subarray(0, 4 * chunk),
      partial(chunkStart(6), [0]),
    ],
  ];

  it.each(sources.filter(([, , { length }]) => length > 0))(
    "%s is refused, and nothing is sealed",
    async (_how, source, bytes) => {
      for (const threads of [0, 1, 2]) {
        const target = testFile(bytes);
        const input = testFile(source).input();
        const job = { input, output: target.output, ...known };
        await expect(strategyOf(threads).resumeEncryption(job)).rejects.toThrow(
          ageError("source-changed"),
        );
        // No chunk was sealed twice with different content: the file is unchanged.
        expectBytes(target.read(), bytes);
      }
    },
  );

  it("since it grew behind a full last chunk is refused", async () => {
    const before = plaintextOf(4 * chunk);
    const file = await collect(encrypt([before], recipients, "binary"));
    const target = testFile(file);
    const grown = testFile(new Uint8Array(Buffer.concat([before, plaintext]))).input();
    const job = { input: grown, output: target.output, ...(await unlocked(file)) };
    await expect(strategyOf(0).resumeEncryption(job)).rejects.toThrow(ageError("source-changed"));
    expectBytes(target.read(), file);
  });

  it("but only since it was looked through is refused at the end", async () => {
    const source = testFile(plaintext);
    const input = source.input();
    const target = testFile(partial(chunkStart(2)));
    const io: FileIo = {
      ...concurrentIo,
      write: (...args) => {
        writeSync(source.descriptor, "x", size);
        return concurrentIo.write(...args);
      },
    };
    const running = strategyOf(0, { io }).resumeEncryption({
      ...{ input, output: target.output, ...known },
    });
    await expect(running).rejects.toThrow(ageError("source-changed"));
  });
});

it("a partial file of another key is sealed anew, since nothing in it opens", async () => {
  const foreign = await encrypted(plaintext);
  const bytes = new Uint8Array(
    Buffer.concat([whole.subarray(0, payload), foreign.subarray(payload)]),
  );
  const target = testFile(bytes);
  const { report } = await strategyOf(0).resumeEncryption({
    ...{ input: testFile(plaintext).input(), output: target.output, ...known },
  });
  expectBytes(target.read(), whole);
  expect(report.resumedBytes).toBe(0);
});

it("chunks of the partial file in each other's places are sealed anew", async () => {
  const bytes = whole.slice();
  bytes.copyWithin(chunkStart(2), chunkStart(3), chunkStart(4));
  const target = testFile(bytes);
  await strategyOf(0).resumeEncryption({
    ...{ input: testFile(plaintext).input(), output: target.output, ...known },
  });
  expectBytes(target.read(), whole);
});

it("an empty file is finished too", async () => {
  const empty = await encrypted(new Uint8Array(0));
  const of = await unlocked(empty);
  for (const length of [empty.length - 16, empty.length - 1, empty.length]) {
    const target = testFile(empty.subarray(0, length));
    const job = { input: testFile().input(), output: target.output, ...of };
    await strategyOf(0).resumeEncryption(job);
    expectBytes(target.read(), empty);
  }
});

it("the payload key of a partial file comes from its nonce", () => {
  const cipher = payloadCipher(known.fileKey, whole.subarray(payload - 16, payload));
  expectBytes(
    cipher.seal(plaintext.subarray(0, chunk), 0, "inner"),
    whole.subarray(payload, chunkStart(1)),
  );
});

describe("a source that changes while an encryption is resumed", () => {
  it("is not sealed in the place of what was compared", async () => {
    const torn = partial(whole.length, [3]);
    const source = testFile(plaintext);
    const out = testFile(torn);
    const changed = new Uint8Array(plaintext).fill(0x41, 3 * chunk, 4 * chunk);
    const io: FileIo = {
      ...concurrentIo,
      read: (descriptor, into, position) => {
        // The comparing pass reads the last chunk last.
        if (descriptor === source.descriptor && position === 9 * chunk) source.write(changed);
        return concurrentIo.read(descriptor, into, position);
      },
    };
    const strategy = strategyOf(0, { io, bufferSize: () => chunk });
    await expect(
      strategy.resumeEncryption({
        ...{ input: source.input(), output: out.output },
        ...{ header: known.header, fileKey: known.fileKey },
      }),
    ).rejects.toThrow(ageError("source-changed"));
    expectBytes(out.read(), torn);
  });
});

describe("a file that is full of holes", () => {
  it("is read about three times, however long the runs are", async () => {
    const large = plaintextOf(64 * chunk);
    const source = testFile(large);
    const out = testFile(
      Buffer.concat([whole.subarray(0, payload), new Uint8Array(64 * sealedChunk)]),
    );
    let read = 0;
    const io: FileIo = {
      ...concurrentIo,
      read: async (descriptor, into, position) => {
        const count = await concurrentIo.read(descriptor, into, position);
        if (descriptor === out.output.descriptor) read += count;
        return count;
      },
    };
    const strategy = strategyOf(0, { io, bufferSize: () => 64 * chunk });
    const { report } = await strategy.resumeEncryption({
      ...{ input: source.input(), output: out.output },
      ...{ header: known.header, fileKey: known.fileKey },
    });
    expect(report.resumedBytes).toBe(0);
    expect(read).toBeLessThan(4 * large.length);
    expectBytes(await collect(decrypt([out.read()], [alice])), large);
  });
});
