import { describe, expect, it, vi } from "vitest";
import { spoken } from "../../../../src/strategies/cli/process/outputTail";
import { watchdog } from "../../../../src/strategies/cli/process/watchdog";
import { ageError, bytes } from "../../../age/kit";

/** Runs until it is aborted, and fails with the reason. */
const forever = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(signal.reason as Error);
    });
  });

async function withFakeTime(test: () => Promise<void>): Promise<void> {
  vi.useFakeTimers();
  try {
    await test();
  } finally {
    vi.useRealTimers();
  }
}

const watched = { total: 1000, most: 2000, timeoutSeconds: 1 };

describe("the watchdog", () => {
  it("ends what writes nothing", () =>
    withFakeTime(async () => {
      const run = watchdog({ ...watched, written: () => Promise.resolve(5) }, forever);
      const ended = expect(run).rejects.toEqual(ageError("timed-out"));
      await vi.advanceTimersByTimeAsync(1200);
      await ended;
      expect(vi.getTimerCount()).toBe(0);
    }));

  it("lets go on what writes a little now and then, and tells how far it is", () =>
    withFakeTime(async () => {
      const start = Date.now();
      const written = (): Promise<number> =>
        Promise.resolve(Math.floor((Date.now() - start) / 900));
      const told: number[] = [];
      const onProgress = (done: number): void => void told.push(done);
      const work = (): Promise<string> =>
        new Promise((resolve) => {
          setTimeout(resolve, 10_000, "done");
        });
      const run = watchdog({ ...watched, written, onProgress }, work);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(await run).toBe("done");
      expect(told).toEqual(told.toSorted((a, b) => a - b));
      expect(told.at(-1)).toBe(1000);
    }));

  it("ends what writes more than it could have to", () =>
    withFakeTime(async () => {
      const run = watchdog({ ...watched, written: () => Promise.resolve(2001) }, forever);
      const ended = expect(run).rejects.toEqual(ageError("program-failed"));
      await vi.advanceTimersByTimeAsync(100);
      await ended;
    }));

  it("hands on why somebody else ended it", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const run = watchdog({ ...watched, written: () => Promise.resolve(0), signal }, forever);
    const reason = new Error("cancelled");
    controller.abort(reason);
    await expect(run).rejects.toBe(reason);
  });

  it("tells nothing after the end, though it still looks", () =>
    withFakeTime(async () => {
      const told: number[] = [];
      const onProgress = (done: number): void => void told.push(done);
      const written = (): Promise<number> =>
        new Promise((resolve) => {
          setTimeout(resolve, 500, 3);
        });
      const work = (): Promise<void> =>
        new Promise((resolve) => {
          setTimeout(resolve, 250);
        });
      const run = watchdog({ ...watched, written, onProgress }, work);
      await vi.advanceTimersByTimeAsync(2000);
      await run;
      expect(told).toEqual([1000]);
    }));
});

describe("what a program says", () => {
  it.each([
    ["nothing", [], ""],
    ["a little", ["a", bytes("b")], "ab"],
    ["much in one piece", [new Uint8Array(100_000).fill(0x61), bytes("b")], `${"a".repeat(8191)}b`],
    ["much in many", Array.from({ length: 10_000 }, () => "ab"), "ab".repeat(4096)],
  ] as const)("is kept to its end: %s", (_title, pieces, kept) => {
    const said = spoken();
    for (const piece of pieces) said.add(piece);
    expect(said.text()).toBe(kept);
  });
});
