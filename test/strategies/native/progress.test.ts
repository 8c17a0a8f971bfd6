import { describe, expect, it, onTestFinished, vi } from "vitest";
import { concurrentIo, type FileIo } from "../../../src/strategies/native/fileIo";
import { megabytesPerSecond, type Report } from "../../../src/strategies/strategy";
import { loopTurns, plaintextOf } from "../../age/kit";
import { chunk, encrypted, recipients, strategyOf, testFile, unlocked } from "./kit";

const size = 12 * chunk + 7;
const plaintext = plaintextOf(size);

describe("progress", () => {
  /** Makes an io each of whose writes takes some time. */
  const slow = (milliseconds: number): FileIo => ({
    ...concurrentIo,
    write: async (...args) => {
      const written = await concurrentIo.write(...args);
      vi.advanceTimersByTime(milliseconds);
      return written;
    },
  });

  it.each(["binary", "armored"] as const)(
    "is told every 100 ms and at the end, and no timer is left, %s",
    async (format) => {
      vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
      onTestFinished(() => {
        vi.useRealTimers();
      });
      const strategy = strategyOf(0, { io: slow(60), bufferSize: () => chunk });
      const target = testFile();
      const encrypting: [number, number][] = [];
      await strategy.encrypt({
        ...{ input: testFile(plaintext).input(), output: target.output, format, recipients },
        onProgress: (done, total) => encrypting.push([done, total]),
      });
      const decrypting: number[] = [];
      await strategy.decrypt({
        ...{ input: target.input(), output: testFile().output },
        ...(await unlocked(target.read())),
        onProgress: (done) => decrypting.push(done),
      });
      expect(vi.getTimerCount()).toBe(0);
      for (const told of [encrypting.map(([done]) => done), decrypting]) {
        expect(told).toEqual([...told].sort((a, b) => a - b));
        expect(told.length).toBeGreaterThan(3);
        expect(told.length).toBeLessThan(15);
      }
      expect(encrypting.at(-1)).toEqual([size, size]);
      expect(new Set(encrypting.map(([, total]) => total))).toEqual(new Set([size]));
    },
  );

  it.each([1, 2])("reaches the end, with %i workers", async (threads) => {
    const told: [number, number][] = [];
    const strategy = strategyOf(threads);
    const file = await encrypted(plaintext);
    await strategy.decrypt({
      ...{ input: testFile(file).input(), output: testFile().output, ...(await unlocked(file)) },
      onProgress: (done, total) => told.push([done, total]),
    });
    expect(told.at(-1)).toEqual([size, size]);
  });

  it("of a finished encryption begins with what was there", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const file = await encrypted(plaintext);
    const known = await unlocked(file);
    const start = known.header.bytes.length + 16;
    const target = testFile(file.subarray(0, start + 6 * (chunk + 16)));
    const told: number[] = [];
    const { report } = await strategyOf(0, {
      io: slow(100),
      bufferSize: () => chunk,
    }).resumeEncryption({
      ...{ input: testFile(plaintext).input(), output: target.output, ...known },
      onProgress: (done) => told.push(done),
    });
    expect(report.resumedBytes).toBe(6 * chunk);
    expect(told[0]).toBeGreaterThanOrEqual(6 * chunk);
    expect(told.at(-1)).toBe(size);
  });

  it("is not told after a failure, and no timer is left", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const file = await encrypted(plaintext);
    const told: number[] = [];
    const decryption = strategyOf(0).decrypt({
      ...{ input: testFile(file.subarray(0, -1)).input(), output: { kind: "memory" } },
      ...(await unlocked(file)),
      onProgress: (done) => told.push(done),
    });
    await expect(decryption).rejects.toThrow();
    expect(vi.getTimerCount()).toBe(0);
    expect(told).toEqual([]);
  });
});

describe("the report", () => {
  it("tells the seconds by the clock", async () => {
    let time = 5000;
    const strategy = strategyOf(0, { now: () => (time += 250) });
    const { report } = await strategy.encrypt({
      ...{ input: testFile(plaintext).input(), output: { kind: "memory" } },
      ...{ format: "binary", recipients },
    });
    expect(report.seconds).toBe(0.25);
    // The caller that chose the strategy gives the reason.
    expect(report.reason).toBe("");
    expect(Object.keys(report).sort()).toEqual(
      [
        ...[
          "bufferSize",
          "bytes",
          "engine",
          "fallbacks",
          "operation",
          "reason",
          "resumedBytes",
          "seconds",
          "strategy",
        ],
        "threads",
      ].sort(),
    );
  });

  it.each([
    [0, 0, 0, 0],
    [5_000_000, 0, 2, 2.5],
    [5_000_000, 4_000_000, 2, 0.5],
    [1_000_000, 0, 0, 1_000_000],
  ])(
    "of %d bytes, %d of them kept, in %d s means %d MB/s",
    (bytes, resumedBytes, seconds, rate) => {
      const report: Report = {
        ...({ operation: "encrypt", strategy: "native", engine: "openssl", reason: "" } as const),
        ...{ threads: 1, bytes, resumedBytes, seconds, fallbacks: [], bufferSize: 1 },
      };
      expect(megabytesPerSecond(report)).toBeCloseTo(rate);
    },
  );
});

describe("the event loop", () => {
  it.each(["binary", "armored"] as const)(
    "turns between the runs of the calling thread, from memory to memory, %s",
    async (format) => {
      const turns = loopTurns();
      const strategy = strategyOf(0, { bufferSize: () => 4 * chunk });
      const bytes = new Uint8Array(64 * chunk);
      const { bytes: file } = await strategy.encrypt({
        ...{ input: { kind: "memory", bytes }, output: { kind: "memory" }, format, recipients },
      });
      const encrypting = turns();
      if (file === null) throw new Error("there is no file");
      await strategy.decrypt({
        ...{ input: { kind: "memory", bytes: file }, output: { kind: "memory" } },
        ...(await unlocked(file)),
      });
      expect(encrypting).toBeGreaterThanOrEqual(4);
      expect(turns() - encrypting).toBeGreaterThanOrEqual(4);
    },
  );
});
