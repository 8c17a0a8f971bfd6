import { writeSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { concurrentIo, type FileIo } from "../../../src/strategies/native/fileIo";
import { ageError, expectBytes, plaintextOf } from "../../age/kit";
import { bufferSize, chunk, encrypted, strategyOf, testFile, unlocked } from "./kit";

const size = 9 * chunk + 1000;
const plaintext = plaintextOf(size);
const formats = ["binary", "armored"] as const;
const files = {
  binary: await encrypted(plaintext),
  armored: await encrypted(plaintext, "armored"),
};
const changed = (at: number): Uint8Array =>
  plaintext.map((byte, i) => (i === at ? byte ^ 1 : byte));

describe.each(formats)("a decryption, %s, onto an output", (format) => {
  const outputs: [what: string, present: Uint8Array, kept: number][] = [
    ["that is empty", new Uint8Array(0), 0],
    ["that holds a part", plaintext.subarray(0, 4 * chunk + 5), 4 * chunk],
    ["that holds all", plaintext, size],
    ["that holds all and more", new Uint8Array(Buffer.concat([plaintext, plaintext])), size],
    ["with one false byte", changed(2 * bufferSize + 7), -1],
    ["of zeros", new Uint8Array(size), 0],
  ];
  it.each(outputs)("%s keeps what is right and writes the rest", async (_what, present, kept) => {
    const file = files[format];
    for (const threads of [0, 1, 2]) {
      const target = testFile(present);
      const written: [start: number, length: number][] = [];
      const io: FileIo = {
        ...concurrentIo,
        write: (descriptor, from, position) => {
          written.push([position, from.reduce((sum, { length }) => sum + length, 0)]);
          return concurrentIo.write(descriptor, from, position);
        },
      };
      const { report } = await strategyOf(threads, { io }).decrypt({
        ...{ input: testFile(file).input(), output: target.output, existing: "compare and keep" },
        ...(await unlocked(file)),
      });
      expectBytes(target.read(), plaintext);
      if (kept >= 0) expect(report.resumedBytes).toBe(kept);
      else expect(report.resumedBytes).toBeGreaterThan(size / 2);
      if (threads > 0) continue;
      const bytes = written.reduce((sum, [, length]) => sum + length, 0);
      expect(bytes).toBe(size - report.resumedBytes);
    }
  });
});

describe.each(formats)("a verification, %s,", (format) => {
  const file = files[format];
  const verify = async (threads: number, source: Uint8Array, encryptedFile = file) => {
    const [target, from] = [testFile(encryptedFile), testFile(source)];
    const known = await unlocked(file);
    const { report } = await strategyOf(threads).verify({
      ...{ plaintext: from.input(), encrypted: target.input(), ...known },
    });
    expectBytes(target.read(), encryptedFile);
    expectBytes(from.read(), source);
    return report;
  };

  it.each([0, 1, 2])("of what was encrypted is satisfied, with %i workers", async (threads) => {
    expect(await verify(threads, plaintext)).toMatchObject({ operation: "decrypt", bytes: size });
  });

  const others: [what: string, other: Uint8Array][] = [
    ["in its first byte", changed(0)],
    ["in its last byte", changed(size - 1)],
    ["at the end of a chunk", changed(3 * chunk - 1)],
    ["by a byte that is missing", plaintext.subarray(0, -1)],
    ["by a byte more", new Uint8Array(Buffer.concat([plaintext, Uint8Array.of(0)]))],
    ["by being empty", new Uint8Array(0)],
  ];
  it.each(others)("of a source that differs %s fails", async (_what, other) => {
    for (const threads of [0, 1, 2]) {
      await expect(verify(threads, other)).rejects.toThrow(ageError("unverified-candidate"));
    }
  });

  it("of a file that is damaged fails", async () => {
    const at = format === "binary" ? file.length - 9 : file.length - 200;
    const damaged = file.map((byte, i) => (i === at ? (byte === 65 ? 66 : 65) : byte));
    for (const threads of [0, 1, 2]) {
      await expect(verify(threads, plaintext, damaged)).rejects.toThrow(
        ageError("corrupt-payload"),
      );
    }
  });

  it("of a source that grows meanwhile fails", async () => {
    const source = testFile(plaintext);
    const io: FileIo = {
      ...concurrentIo,
      read: (descriptor, into, position) => {
        if (descriptor === source.descriptor) writeSync(descriptor, "x", size);
        return concurrentIo.read(descriptor, into, position);
      },
    };
    const verification = strategyOf(0, { io }).verify({
      ...{ plaintext: source.input(), encrypted: testFile(file).input() },
      ...(await unlocked(file)),
    });
    await expect(verification).rejects.toThrow(ageError("source-changed"));
  });
});
