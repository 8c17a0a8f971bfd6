import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { claim, type TargetClaim } from "../../../src/documents/files/targetClaim";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { findUnfinished } from "../../../src/documents/files/unfinished";
import type { UnfinishedOperation } from "../../../src/documents/files/unfinishedRecord";
import { desk, type Desk } from "../kit";
import { observedDisk, type Effect } from "../observedDisk";
import { inProcess, silent } from "../operations";

const alive: ReadonlySet<number> = new Set([1, 2]);

function recordIn(at: Desk, pid: number, digit = "0"): UnfinishedOperation {
  return {
    ...{ operation: "decrypt", source: "/x", target: at.path("a"), sourceSize: 1 },
    ...{ partial: at.path(`.a.${digit.repeat(24)}.cage-partial`), pid, start: `start of ${pid}` },
  };
}

/** Claims the target in a process. @returns the outcome, or why it failed. */
async function claimedBy(
  at: Desk,
  pid: number,
  before: (effect: Effect) => void | Promise<void> = () => undefined,
  digit = "0",
): Promise<TargetClaim | string> {
  const disk = observedDisk(localDisk, { before });
  const context = { ...inProcess(at, pid, { alive }), disk };
  return claim(at.path("a"), () => recordIn(at, pid, digit), context).catch(
    (error: unknown) => (error as { code: string }).code,
  );
}

function records(at: Desk): Promise<string[]> {
  return readdir(at.context.unfinished.folder);
}

describe.each(["nothing", "a dead run's record", "two dead runs' records"])("over %s", (what) => {
  async function stage(): Promise<Desk> {
    const at = await desk();
    if (what !== "nothing") await claimedBy(at, 9);
    if (what.startsWith("two")) await claimedBy(at, 8, undefined, "1");
    return at;
  }

  it("one process has a target, whenever another one comes in between", async () => {
    let isWithin = true;
    for (let nth = 1; isWithin; nth++) {
      const at = await stage();
      let calls = 0;
      let other: TargetClaim | string | null = null;
      const own = await claimedBy(at, 1, async () => {
        if (++calls === nth) other = await claimedBy(at, 2);
      });
      isWithin = calls >= nth;
      if (!isWithin) continue;
      const ends = [own, other as TargetClaim | string | null];
      expect(ends.filter((end) => typeof end === "object")).toHaveLength(1);
      expect(ends).toContain("busy");
      // A later process sees the winner's record.
      expect(await claimedBy(at, 3)).toBe("busy");
    }
  });

  it("one process has a target, whenever another one has had it in between", async () => {
    let isWithin = true;
    for (let nth = 1; isWithin; nth++) {
      const at = await stage();
      let calls = 0;
      await claimedBy(at, 1, async () => {
        if (++calls !== nth) return;
        const first = await claimedBy(at, 2);
        if (typeof first === "object") await first.release("remove");
        await claimedBy(at, 2);
      });
      isWithin = calls >= nth;
      if (isWithin) expect(await claimedBy(at, 3)).toBe("busy");
    }
  });

  it.runIf(what !== "nothing")("a death at any call to the disk loses no record", async () => {
    let isWithin = true;
    for (let nth = 1; isWithin; nth++) {
      const at = await stage();
      await at.put(`.a.${"0".repeat(24)}.cage-partial`, "plaintext");
      let calls = 0;
      let [die, goOn] = [silent, silent];
      const isDead = new Promise<void>((resolve) => (die = resolve));
      const isOver = new Promise<void>((resolve) => (goOn = resolve));
      const end = claimedBy(at, 7, () => {
        if (++calls !== nth) return undefined;
        die();
        return isOver;
      });
      await Promise.race([isDead, end]);
      isWithin = calls === nth;
      const found = await findUnfinished(inProcess(at, 4));
      expect(found.map(({ record }) => record.partial)).toEqual([recordIn(at, 7).partial]);
      goOn();
      await end;
    }
  });
});

it("what earlier runs left under other names stays on record until it is forgotten", async () => {
  const at = await desk();
  await claimedBy(at, 9);
  const own = await claimedBy(at, 1, undefined, "1");
  if (typeof own === "string") return expect.fail(own);
  expect(own.stale.map(({ record }) => record)).toEqual([recordIn(at, 9)]);
  expect(await records(at)).toHaveLength(2);
  await own.stale[0]?.forget();
  expect(await records(at)).toHaveLength(1);
  await own.release("remove");
  expect(await records(at)).toEqual([]);
});

it("a claim is released only once its record is gone", async () => {
  const at = await desk();
  let isReleasing = false;
  const during: unknown[] = [];
  const again = () =>
    claim(at.path("a"), () => recordIn(at, 1), at.context).catch((error: unknown) => error);
  const disk = observedDisk(localDisk, {
    after: async ({ name }) => {
      if (isReleasing && name === "remove") during.push(await again());
    },
  });
  const own = await claim(at.path("a"), () => recordIn(at, 1), { ...at.context, disk });
  isReleasing = true;
  await own.release("remove");
  expect(during).toEqual([expect.objectContaining({ code: "busy" })]);
  expect(await again()).toMatchObject({ stale: [] });
  expect(await records(at)).toHaveLength(1);
});
