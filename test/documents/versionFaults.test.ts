import { describe, expect, it } from "vitest";
import { AgeError } from "../../src/age/errors";
import { systemFailure } from "../../src/age/systemFailure";
import { isSoundVersion } from "../../src/documents/versions/keptVersions";
import { localDisk } from "../../src/documents/disk/localDisk";
import { alice, decrypted, diskFull } from "./kit";
import { observedDisk, type Effect } from "./observedDisk";
import { plainStrategy } from "./plainStrategy";
import { textsOf, versionDesk } from "./versionKit";

const read = (path: string) => decrypted(path, alice);

const faults = ["ENOSPC", "EIO", "EBUSY", "EROFS", "EACCES"].map((errno) => ({
  errno,
  failure: (path: string): AgeError =>
    errno === "EBUSY"
      ? new AgeError("cannot-replace", "it is mounted by itself", { path })
      : systemFailure(Object.assign(new Error(), { code: errno }), { path }),
}));

/**
 * Makes a run that saves twice. During the second save, `fails` chooses which calls to the folder
 * of versions fail.
 */
function saved(fails: (count: number) => boolean, failure: (path: string) => AgeError) {
  let isOn = false;
  let count = 0;
  const failed: Effect[] = [];
  return async (moment: "before" | "after") => {
    const fail = (effect: Effect): void => {
      if (!isOn || !effect.path.startsWith(at.root) || !fails(++count)) return;
      failed.push(effect);
      throw failure(effect.path);
    };
    const at = await versionDesk("keep_last:1", {
      disk: observedDisk(localDisk, { [moment]: fail }),
      strategy: plainStrategy(),
    });
    const path = await at.encrypted("a.age", "one");
    await at.save(path, "two");
    isOn = true;
    await at.save(path, "three");
    isOn = false;
    return { at, path, failed };
  };
}

describe.each(faults)("a folder of versions that fails by $errno", ({ failure }) => {
  it("at every call never stops a save, and is told once for each", async () => {
    const run = saved(() => true, failure);
    const { at, path } = await run("before");
    expect(await read(path)).toBe("three");
    expect(await textsOf(at, path, read)).toEqual(["one"]);
    expect(at.notKept.map((one) => one.path)).toEqual([path]);
  });
});

describe("a folder of versions that fails at any one call", () => {
  const [full, broken] = faults;
  it.each([
    ["before it, as a full disk", "before", full],
    ["after it was done", "after", broken],
  ] as const)(
    "%s, never stops a save, and never leaves half a version",
    async (_what, moment, fault) => {
      /** Lets one call fail. @returns whether there was such a call. */
      const walk = async (nth: number): Promise<boolean> => {
        const run = saved((count) => count === nth, fault?.failure ?? diskFull);
        const { at, path, failed } = await run(moment);
        const where = `${moment} ${String(failed[0]?.name)} (${nth})`;
        expect(await read(path), where).toBe("three");
        const versions = await at.store.versionsOf(path);
        expect(versions.every(isSoundVersion), where).toBe(true);
        const texts = await textsOf(at, path, read);
        expect([["one"], ["two"], ["one", "two"]], where).toContainEqual(texts);
        if (!texts.includes("two")) expect(at.notKept, where).toHaveLength(1);
        // A claim that exists is held as long as this process lives.
        if (moment === "after" && failed[0]?.name === "claim") return true;
        // The next save cleans up.
        await at.save(path, "four");
        expect(await textsOf(at, path, read), where).toEqual(["three"]);
        expect(await at.kept(), where).toHaveLength(2);
        return failed.length > 0;
      };
      const together = [0, 1, 2, 3, 4, 5];
      for (let nth = 1, isRunning = true; isRunning; nth += together.length) {
        const ends = await Promise.all(together.map((more) => walk(nth + more)));
        isRunning = ends.every((wasThere) => wasThere);
      }
    },
  );
});
