import { describe, expect, it } from "vitest";
import { concurrentIo, type FileIo } from "../../../src/strategies/native/fileIo";
import type { NativeStrategy } from "../../../src/strategies/native/nativeStrategy";
import { plaintextOf } from "../../age/kit";
import { bufferSize, chunk, encrypted, recipients, strategyOf, testFile, unlocked } from "./kit";

const plaintext = plaintextOf(12 * chunk + 7);
const whole = await encrypted(plaintext);
const armored = await encrypted(plaintext, "armored");
const known = await unlocked(whole);
const reason = new Error("enough");

type Run = (strategy: NativeStrategy, signal: AbortSignal) => Promise<unknown>;

const operations: [name: string, run: Run][] = [
  [
    "an encryption",
    (strategy, signal) =>
      strategy.encrypt({
        ...{ input: testFile(plaintext).input(), output: testFile().output },
        ...{ format: "binary", recipients, signal },
      }),
  ],
  [
    "an armored encryption",
    (strategy, signal) =>
      strategy.encrypt({
        ...{ input: testFile(plaintext).input(), output: testFile().output },
        ...{ format: "armored", recipients, signal },
      }),
  ],
  [
    "a decryption",
    (strategy, signal) =>
      strategy.decrypt({
        ...{ input: testFile(whole).input(), output: testFile().output },
        ...{ ...known, signal },
      }),
  ],
  [
    "an armored decryption",
    async (strategy, signal) =>
      strategy.decrypt({
        ...{ input: testFile(armored).input(), output: testFile().output },
        ...{ ...(await unlocked(armored)), signal },
      }),
  ],
  [
    "a finished encryption",
    (strategy, signal) =>
      strategy.resumeEncryption({
        ...{ input: testFile(plaintext).input(), output: testFile(whole.slice(0, -99)).output },
        ...{ ...known, signal },
      }),
  ],
  [
    "a verification",
    (strategy, signal) =>
      strategy.verify({
        ...{ plaintext: testFile(plaintext).input(), encrypted: testFile(whole).input() },
        ...{ ...known, signal },
      }),
  ],
];

describe.each(operations)("%s that is aborted", (_name, run) => {
  it("before it starts does nothing", async () => {
    let calls = 0;
    const counted: FileIo = {
      ...concurrentIo,
      write: (...args) => {
        calls++;
        return concurrentIo.write(...args);
      },
    };
    const strategy = strategyOf(0, { io: counted });
    await expect(run(strategy, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(calls).toBe(0);
  });

  it("at any call to the disk stops, and touches no file afterwards", async () => {
    for (let moment = 1; ; moment++) {
      const controller = new AbortController();
      let calls = 0;
      let hasEnded = false;
      const at = (): void => {
        if (hasEnded) throw new Error("a file was touched after the end");
        if (++calls === moment) controller.abort(reason);
      };
      const io: FileIo = {
        ...concurrentIo,
        read: (...args) => {
          at();
          return concurrentIo.read(...args);
        },
        write: (...args) => {
          at();
          return concurrentIo.write(...args);
        },
      };
      const strategy = strategyOf(0, { io });
      const outcome = await run(strategy, controller.signal).then(
        () => "done",
        (error: unknown) => error,
      );
      hasEnded = true;
      await new Promise((resolve) => setImmediate(resolve));
      // If all calls came before the moment, the operation was finished.
      if (calls < moment) {
        expect(outcome).toBe("done");
        expect(moment).toBeGreaterThan(4);
        return;
      }
      expect(outcome).toBe(reason);
      // Three runs are under way at once; no other one is read or written.
      expect(calls).toBeLessThanOrEqual(moment + 6);
    }
  });

  it.each([1, 2])("while %i workers are at it stops, and they work again", async (threads) => {
    const strategy = strategyOf(threads);
    for (let turns = 0; turns < 12; turns++) {
      const controller = new AbortController();
      const running = run(strategy, controller.signal);
      const outcome = running.then(
        () => "done",
        (error: unknown) => error,
      );
      for (let i = 0; i < turns * 3; i++) await new Promise((resolve) => setImmediate(resolve));
      controller.abort(reason);
      // The operation may have been faster than the abort.
      expect([reason, "done"]).toContain(await outcome);
    }
    await run(strategy, new AbortController().signal);
  });
});

it("an abort in the middle of a long run is noticed at the next one", async () => {
  const controller = new AbortController();
  const written: number[] = [];
  const io: FileIo = {
    ...concurrentIo,
    write: async (descriptor, from, position) => {
      written.push(position);
      if (written.length === 3) controller.abort(reason);
      return concurrentIo.write(descriptor, from, position);
    },
  };
  const job = { input: testFile(plaintext).input(), output: testFile().output, recipients };
  const running = strategyOf(0, { io }).encrypt({
    ...{ ...job, format: "binary", signal: controller.signal },
  });
  await expect(running).rejects.toBe(reason);
  expect(written.length).toBeLessThan(plaintext.length / bufferSize);
});
