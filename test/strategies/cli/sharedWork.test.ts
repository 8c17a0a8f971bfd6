import { describe, expect, it } from "vitest";
import { SharedWork } from "../../../src/strategies/cli/sharedWork";

const [reason, failure] = [new Error("given up"), new Error("it failed")];

/** Makes work that ends when the test says so, or when it is stopped. */
function someWork(): { work: SharedWork<string>; end: (result: string | Error) => void } {
  let end: (result: string | Error) => void = () => undefined;
  const work = new SharedWork<string>(
    (signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => {
          reject(failure);
        });
        end = (result) => {
          if (typeof result === "string") resolve(result);
          else reject(result);
        };
      }),
  );
  return { work, end };
}

describe("shared work", () => {
  it("is done once for all, and its result stays", async () => {
    const { work, end } = someWork();
    const waiting = [work.wait(), work.wait(new AbortController().signal)];
    end("done");
    expect(await Promise.all(waiting)).toEqual(["done", "done"]);
    expect(await work.wait()).toBe("done");
  });

  it("fails for all", async () => {
    const { work, end } = someWork();
    const waiting = [work.wait(), work.wait(new AbortController().signal)];
    end(failure);
    for (const one of waiting) await expect(one).rejects.toBe(failure);
    expect(work.isStopped).toBe(false);
  });

  it("goes on while somebody waits, and stops with the last one", async () => {
    const { work } = someWork();
    const [first, last] = [new AbortController(), new AbortController()];
    const waiting = [work.wait(first.signal), work.wait(last.signal)];
    first.abort(reason);
    await expect(waiting[0]).rejects.toBe(reason);
    expect(work.isStopped).toBe(false);
    last.abort(reason);
    await expect(waiting[1]).rejects.toBe(reason);
    expect(work.isStopped).toBe(true);
  });

  it("stops when all give up at once", async () => {
    const { work } = someWork();
    const all = new AbortController();
    const waiting = [work.wait(all.signal), work.wait(all.signal)];
    all.abort(reason);
    for (const one of waiting) await expect(one).rejects.toBe(reason);
    expect(work.isStopped).toBe(true);
  });

  it("is not begun to be waited for by who has given up already", async () => {
    const { work, end } = someWork();
    await expect(work.wait(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(work.isStopped).toBe(false);
    end("done");
    expect(await work.wait()).toBe("done");
  });
});
