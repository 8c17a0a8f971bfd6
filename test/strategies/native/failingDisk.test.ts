import { closeSync, existsSync, openSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { collect, decrypt } from "../../../src/age/age";
import type { AgeErrorCode } from "../../../src/age/errors";
import { concurrentIo, type FileIo } from "../../../src/strategies/native/fileIo";
import { ageError, expectBytes, plaintextOf } from "../../age/kit";
import { alice, chunk, encrypted, recipients, strategyOf, testFile, unlocked } from "./kit";

const plaintext = plaintextOf(6 * chunk + 3);

/** Makes an io that fails so many times at each position before it works. */
function failing(kind: "read" | "write", errno: string, times: number): FileIo & { calls: number } {
  const failures = new Map<number, number>();
  const io = {
    ...concurrentIo,
    calls: 0,
    wait: () => undefined,
    [kind]: (descriptor: number, views: readonly Uint8Array[], position: number) => {
      io.calls++;
      const failed = failures.get(position) ?? 0;
      if (failed === times) return concurrentIo[kind](descriptor, views, position);
      failures.set(position, failed + 1);
      return Promise.reject(Object.assign(new Error(errno), { code: errno }));
    },
  };
  return io;
}

describe("what fails for a reason that may pass", () => {
  const passing = ["EAGAIN", "EINTR", "EIO", "ETIMEDOUT", "ESTALE", "EBUSY"];
  const kinds = ["read", "write"] as const;
  it.each(passing.flatMap((errno) => kinds.map((kind) => [kind, errno] as const)))(
    "a %s with %s, is tried again, and up to three times",
    async (kind, errno) => {
      const source = testFile(plaintext);
      const target = testFile();
      const job = { input: source.input(), output: target.output, recipients };
      const io = failing(kind, errno, 2);
      await strategyOf(0, { io }).encrypt({ ...job, format: "binary" });
      expectBytes(await collect(decrypt([target.read()], [alice])), plaintext);
      expect(io.calls).toBeGreaterThan(6);
      const broken = strategyOf(0, { io: failing(kind, errno, 3) });
      await expect(broken.encrypt({ ...job, format: "binary" })).rejects.toThrow(
        ageError(kind === "read" ? "read-failed" : "write-failed"),
      );
    },
  );

  it("is written again as the very same bytes", async () => {
    const written = new Map<number, string[]>();
    const io = failing("write", "EIO", 2);
    const spying: FileIo = {
      ...io,
      write: (descriptor, views, position) => {
        const bytes = Buffer.concat(views).toString("base64");
        written.set(position, [...(written.get(position) ?? []), bytes]);
        return io.write(descriptor, views, position);
      },
    };
    const job = { input: testFile(plaintext).input(), output: testFile().output, recipients };
    await strategyOf(0, { io: spying }).encrypt({ ...job, format: "binary" });
    expect(written.size).toBeGreaterThan(4);
    for (const bytes of written.values()) {
      expect(bytes.length).toBe(3);
      expect(new Set(bytes).size).toBe(1);
    }
  });

  it("comes in part: what is left is read and written", async () => {
    const some = (views: readonly Uint8Array[]): readonly Uint8Array[] => {
      const [first = new Uint8Array(0)] = views;
      return [first.subarray(0, Math.max(1, Math.floor(first.length / 3)))];
    };
    const io: FileIo = {
      ...concurrentIo,
      read: (descriptor, into, position) => concurrentIo.read(descriptor, some(into), position),
      write: (descriptor, from, position) => concurrentIo.write(descriptor, some(from), position),
    };
    const target = testFile();
    const job = { input: testFile(plaintext).input(), output: target.output, recipients };
    await strategyOf(0, { io }).encrypt({ ...job, format: "binary" });
    expectBytes(await collect(decrypt([target.read()], [alice])), plaintext);
  });
});

describe("what fails for good", () => {
  const cases: [errno: string, code: AgeErrorCode][] = [
    ["ENOSPC", "disk-full"],
    ["EDQUOT", "disk-full"],
    ["EACCES", "no-permission"],
    ["EPERM", "no-permission"],
    ["EROFS", "no-permission"],
    ["EFBIG", "write-failed"],
    ["ENXIO", "write-failed"],
  ];
  it.each(cases)("a write with %s, is told as %s, at once", async (errno, code) => {
    const io = failing("write", errno, 1);
    const encryptedFile = await encrypted(plaintext);
    const job = { input: testFile(encryptedFile).input(), output: testFile().output };
    const strategy = strategyOf(0, { io, bufferSize: () => 10 * chunk });
    const decryption = strategy.decrypt({ ...job, ...(await unlocked(encryptedFile)) });
    await expect(decryption).rejects.toThrow(ageError(code));
    expect(io.calls).toBe(1);
  });
});

describe.skipIf(!existsSync("/dev/full"))("a disk that is full", () => {
  it.each([0, 1, 2])("fails an operation, with %i workers", async (threads) => {
    const descriptor = openSync("/dev/full", "r+");
    onTestFinished(() => {
      closeSync(descriptor);
    });
    const output = { kind: "file", descriptor } as const;
    const strategy = strategyOf(threads);
    const file = await encrypted(plaintext);
    const input = testFile(plaintext).input();
    await expect(strategy.encrypt({ input, output, format: "binary", recipients })).rejects.toThrow(
      ageError("disk-full"),
    );
    await expect(
      strategy.encrypt({ input, output, format: "armored", recipients }),
    ).rejects.toThrow(ageError("disk-full"));
    await expect(
      strategy.decrypt({ input: testFile(file).input(), output, ...(await unlocked(file)) }),
    ).rejects.toThrow(ageError("disk-full"));
  });
});
