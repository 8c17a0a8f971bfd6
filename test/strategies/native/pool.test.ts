import { describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { collect, decrypt } from "../../../src/age/age";
import { workerPool } from "../../../src/strategies/native/pool";
import { usualThresholds } from "../../../src/strategies/native/thresholds";
import { ageError, expectBytes, plaintextOf } from "../../age/kit";
import { alice, chunk, encrypted, recipients, strategyOf, testFile, unlocked } from "./kit";

const plaintext = plaintextOf(12 * chunk + 7);
const whole = await encrypted(plaintext);
const known = await unlocked(whole);

const encryption = () => ({
  ...{ input: testFile(plaintext).input(), recipients },
  format: "binary" as const,
});

describe.each([1, 2])("of %i workers", (threads) => {
  it.each(["binary", "armored"] as const)(
    "one that dies fails its operation, %s, and the next one gets others",
    async (format) => {
      const strategy = strategyOf(threads, { workerFile: inject("dyingWorkerFile") });
      for (let round = 0; round < 2; round++) {
        const { output } = testFile();
        await expect(strategy.encrypt({ ...encryption(), output, format })).rejects.toThrow(
          ageError("worker-failed"),
        );
      }
      // A single write does not end the thread.
      const memory = await strategy.encrypt({
        ...{ input: testFile(plaintext.subarray(0, 9)).input(), output: { kind: "memory" } },
        ...{ format, recipients },
      });
      const opened = await collect(decrypt([memory.bytes ?? new Uint8Array(0)], [alice]));
      expectBytes(opened, plaintext.subarray(0, 9));
    },
  );

  it("all that cannot start fail their operation", async () => {
    const strategy = strategyOf(threads, { workerFile: "/nowhere/worker.js" });
    const running = strategy.encrypt({ ...encryption(), output: testFile().output });
    await expect(running).rejects.toThrow(ageError("worker-failed"));
  });

  it("all that are ended fail their operation, and nothing is handed out", async () => {
    const strategy = strategyOf(threads);
    const running = strategy.encrypt({ ...encryption(), output: { kind: "memory" } });
    const settled = expect(running).rejects.toThrow(ageError("worker-failed"));
    // The strategy asks for workers once the header is made.
    await new Promise((resolve) => setImmediate(resolve));
    await strategy.dispose();
    await settled;
  });
});

describe("the pool", () => {
  it("does what is small on the calling thread, what is larger in one worker, then in more", async () => {
    const megabyte = 1_000_000;
    const thresholds = { ...usualThresholds, worker: megabyte, moreWorkers: 2 * megabyte };
    const strategy = strategyOf(3, { thresholds, workerFile: "/nowhere/worker.js" });
    const small = { kind: "memory", bytes: plaintextOf(megabyte - 1) } as const;
    const job = { output: { kind: "memory" }, format: "binary", recipients } as const;
    expect((await strategy.encrypt({ ...job, input: small })).report.threads).toBe(1);
    const large = { kind: "memory", bytes: plaintextOf(megabyte) } as const;
    await expect(strategy.encrypt({ ...job, input: large })).rejects.toThrow(
      ageError("worker-failed"),
    );
    const real = strategyOf(3, { thresholds });
    expect((await real.encrypt({ ...job, input: large })).report.threads).toBe(1);
    const larger = { kind: "memory", bytes: plaintextOf(2 * megabyte) } as const;
    expect((await real.encrypt({ ...job, input: larger })).report.threads).toBe(3);
  });

  it("leaves an operation to the calling thread while all workers are busy", async () => {
    const strategy = strategyOf(2);
    const targets = Array.from({ length: 4 }, () => testFile());
    const reports = await Promise.all(
      targets.map(
        async ({ output }) => (await strategy.encrypt({ ...encryption(), output })).report,
      ),
    );
    for (const { read } of targets) {
      expectBytes(await collect(decrypt([read()], [alice])), plaintext);
    }
    expect(reports.map(({ threads }) => threads).sort()).toEqual([1, 1, 1, 2]);
    const { report } = await strategy.encrypt({ ...encryption(), output: testFile().output });
    expect(report.threads).toBe(2);
  });

  it("starts no more than it may, and lends none twice", async () => {
    const pool = workerPool(inject("workerFile"), 2, 1000);
    onTestFinished(() => pool.dispose());
    expect(pool.lend(0).length).toBe(0);
    expect(pool.lend(1).length).toBe(1);
    expect(pool.lend(5).length).toBe(1);
    await pool.dispose();
  });

  it("lends one beyond that to an operation that would get none, but not without end", async () => {
    const pool = workerPool(inject("workerFile"), 2, 1000);
    onTestFinished(() => pool.dispose());
    expect([2, 2, 2, 2, 0].map((count) => pool.lend(count).length)).toEqual([2, 1, 1, 0, 0]);
    await pool.dispose();
  });

  it("lends none once it has been disposed of", async () => {
    const pool = workerPool(inject("workerFile"), 2, 1000);
    await pool.dispose();
    expect(() => pool.lend(1)).toThrow(ageError("worker-failed"));
  });

  it("ends workers that had nothing to do for half a minute", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const strategy = strategyOf(2);
    const decryption = () =>
      strategy.decrypt({
        ...{ input: testFile(whole).input(), output: testFile().output, ...known },
      });
    await decryption();
    expect(vi.getTimerCount()).toBe(2);
    vi.advanceTimersByTime(29_000);
    await decryption();
    vi.advanceTimersByTime(29_000);
    expect(vi.getTimerCount()).toBe(2);
    vi.advanceTimersByTime(1_001);
    expect(vi.getTimerCount()).toBe(0);
    await decryption();
    expect(vi.getTimerCount()).toBe(2);
  });
});
