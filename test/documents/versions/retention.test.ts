import { describe, expect, it } from "vitest";
import {
  expiredVersions,
  likelyTimes,
  overflowingVersions,
  parseRetention,
} from "../../../src/documents/versions/retention";

const day = 24 * 60 * 60 * 1000;
const now = 1000 * day;
const daysAgo = (...days: readonly number[]) => days.map((count) => now - count * day);
/** Makes versions that were replaced so many days ago by the clock, the oldest first. */
const replaced = (...ago: readonly number[]) =>
  likelyTimes(daysAgo(...ago), now).map((time, index) => ({ time, ago: ago[index] }));
const agoOf = (versions: readonly { ago: number | undefined }[]) => versions.map(({ ago }) => ago);

describe("a rule of retention", () => {
  it.each([
    ["none", { kind: "none" }],
    ["keep_all", { kind: "keep_all" }],
    ["keep_last:1", { kind: "keep_last", count: 1 }],
    ["keep_last:999999", { kind: "keep_last", count: 999_999 }],
    ["keep_days:30", { kind: "keep_days", days: 30 }],
  ])("is read from %s", (text, rule) => {
    expect(parseRetention(text)).toEqual(rule);
  });

  it.each([
    ...["", " none", "None", "all", "keep_last", "keep_last:", "keep_last:0", "keep_last:-1"],
    ...["keep_last:01", "keep_last:1.5", "keep_last:1e3", "keep_last: 3", "keep_last:1000000"],
    ...["keep_days:", "keep_days:0", "keep_days:7d", "keep_last:3 keep_days:3", "keep_last:٣"],
  ])("is not read from %j", (text) => {
    expect(parseRetention(text)).toBeNull();
  });
});

describe("the versions that a rule keeps no longer", () => {
  it("are none under keep_all, and none under none, which removes nothing", () => {
    const versions = replaced(900, 500, 1);
    expect(expiredVersions(versions, { kind: "keep_all" }, now)).toEqual([]);
    expect(expiredVersions(versions, { kind: "none" }, now)).toEqual([]);
  });

  it("are all but the last ones", () => {
    const versions = replaced(3, 2, 1);
    const rule = (count: number) => ({ kind: "keep_last", count }) as const;
    expect(agoOf(expiredVersions(versions, rule(2), now))).toEqual([3]);
    expect(agoOf(expiredVersions(versions, rule(1), now))).toEqual([3, 2]);
    expect(expiredVersions(versions, rule(3), now)).toEqual([]);
  });

  const days = { kind: "keep_days", days: 30 } as const;

  it("are those that are too old, but never the newest", () => {
    expect(agoOf(expiredVersions(replaced(90, 31, 29, 1), days, now))).toEqual([90, 31]);
    expect(agoOf(expiredVersions(replaced(90, 80), days, now))).toEqual([90]);
    expect(expiredVersions(replaced(90), days, now)).toEqual([]);
    expect(expiredVersions([], days, now)).toEqual([]);
  });

  it("are none where the clock was set back", () => {
    expect(expiredVersions(replaced(-400, -380, -370), days, now)).toEqual([]);
  });

  it("are not those that were replaced while the clock was back for a while", () => {
    // Two were replaced yesterday, one while the clock was ten years back, and two today.
    expect(expiredVersions(replaced(1, 1, 3650, 0, 0), days, now)).toEqual([]);
  });

  it("are those of a clock that was ahead, once later ones are too old", () => {
    expect(agoOf(expiredVersions(replaced(-3650, 31, 1), days, now))).toEqual([-3650, 31]);
    expect(expiredVersions(replaced(-3650, 29, 1), days, now)).toEqual([]);
  });
});

describe("the likely times of versions", () => {
  it("never run back, and never lie in the future", () => {
    expect(likelyTimes(daysAgo(5, -1, 9, 4, -2), now)).toEqual(daysAgo(5, 5, 5, 4, 0));
  });
});

describe("the versions that must make room", () => {
  const version = (name: string, size: number, time: number, rank = 1) => ({
    ...{ name, size, time, rank },
  });
  const namesOf = (versions: readonly { name: string }[]) => versions.map(({ name }) => name);

  it("are none within the bound", () => {
    expect(overflowingVersions([version("a", 5, 1), version("b", 5, 2)], 10)).toEqual([]);
  });

  it("are the oldest first, and those that nobody can restore before them", () => {
    const all = [version("new", 5, 3), version("old", 5, 1), version("bad", 5, 9, 0)];
    expect(namesOf(overflowingVersions(all, 14))).toEqual(["bad"]);
    expect(namesOf(overflowingVersions(all, 9))).toEqual(["bad", "old"]);
  });

  it("are the newest of a file last, and never the latest of all", () => {
    const all = [version("a1", 5, 8), version("a2", 5, 9, 2), version("b", 5, 1, 2)];
    expect(namesOf(overflowingVersions(all, 10))).toEqual(["a1"]);
    expect(namesOf(overflowingVersions(all, 5))).toEqual(["a1", "b"]);
    expect(namesOf(overflowingVersions(all, 1))).toEqual(["a1", "b"]);
  });
});
