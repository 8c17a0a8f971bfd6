import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { parseRetention, type Retention } from "../../../src/documents/versions/retention";
import { ageFile, alice, decrypted } from "../kit";
import { observedDisk, type Effect } from "../observedDisk";
import { someDay, textsOf, versionDesk } from "../versionKit";

const read = (path: string) => decrypted(path, alice);
const rule = (words: string): Retention => parseRetention(words) ?? { kind: "none" };
const day = 24 * 60 * 60 * 1000;

describe("the versions that stay", () => {
  it("are the last ones, of each file", async () => {
    const at = await versionDesk("keep_last:2");
    const path = await at.encrypted("a.age", "one");
    const other = await at.encrypted("b.age", "other");
    await at.save(other, "more");
    await at.save(path, "two", "three", "four");
    expect(await textsOf(at, path, read)).toEqual(["two", "three"]);
    expect(await textsOf(at, other, read)).toEqual(["other"]);
    expect(await at.kept()).toHaveLength(6);
  });

  it("are those of the last days, and the newest whatever its age", async () => {
    const at = await versionDesk("keep_days:2");
    const path = await at.encrypted("a.age", "one");
    await at.save(path, "two");
    at.time += day;
    await at.save(path, "three");
    at.time += 1.5 * day;
    await at.store.prune();
    expect(await textsOf(at, path, read)).toEqual(["two"]);
    at.time += 1000 * day;
    await at.store.prune();
    expect(await textsOf(at, path, read)).toEqual(["two"]);
  });

  it("are all where the clock was set back, and are not kept for ever", async () => {
    const at = await versionDesk("keep_days:2");
    const path = await at.encrypted("a.age", "one");
    at.time += 3000 * day;
    await at.save(path, "two");
    at.time = someDay;
    await at.save(path, "three");
    await at.store.prune();
    expect(await textsOf(at, path, read)).toEqual(["one", "two"]);
    at.time += 3 * day;
    await at.save(path, "four");
    expect(await textsOf(at, path, read)).toEqual(["three"]);
  });

  it("are all under none, though the setting was another one", async () => {
    const at = await versionDesk("keep_all");
    const path = await at.encrypted("a.age", "one");
    await at.save(path, "two", "three");
    Object.assign(at.rules, { retention: rule("none"), maxBytes: 1 });
    await at.save(path, "four");
    await at.store.prune();
    expect(await textsOf(at, path, read)).toEqual(["one", "two"]);
  });

  it("fit the bound: the oldest goes first, the newest of a file last", async () => {
    const at = await versionDesk("keep_all");
    const path = await at.encrypted("a.age", "1");
    const other = await at.encrypted("b.age", "x");
    const { size } = await stat(path);
    await at.save(other, "y");
    at.time += day;
    await at.save(path, "2", "3", "4");
    at.rules.maxBytes = 3 * size;
    await at.store.prune();
    expect(await textsOf(at, path, read)).toEqual(["2", "3"]);
    at.rules.maxBytes = size;
    await at.store.prune();
    expect(await textsOf(at, path, read)).toEqual(["3"]);
    expect(await textsOf(at, other, read)).toEqual([]);
  });

  it("are numbered on, and the same bytes are kept once", async () => {
    const at = await versionDesk("keep_last:1");
    const path = await at.encrypted("a.age", "one");
    const before = await readFile(path);
    await at.save(path, "two");
    await writeFile(path, before);
    await at.save(path, "three");
    expect((await at.store.versionsOf(path)).map(({ number }) => number)).toEqual([1]);
    await at.save(path, "four");
    expect((await at.store.versionsOf(path)).map(({ number }) => number)).toEqual([2]);
    expect(await textsOf(at, path, read)).toEqual(["three"]);
  });

  it("are the same for two windows that prune at once", async () => {
    const at = await versionDesk("keep_all");
    const path = await at.encrypted("a.age", "1");
    await at.save(path, "2", "3", "4", "5", "6");
    at.rules.retention = rule("keep_last:2");
    await Promise.all([at.store.prune(), at.store.prune(), at.store.prune()]);
    expect(await textsOf(at, path, read)).toEqual(["4", "5"]);
    expect(await at.kept()).toHaveLength(4);
  });
});

describe("in the moment of another window or program", () => {
  it("a version that got the number of one that was to go stays", async () => {
    let isArmed = false;
    const before = async ({ name, path }: Effect): Promise<void> => {
      if (name !== "claim" || !isArmed || !path.startsWith(at.root)) return;
      isArmed = false;
      at.rules.maxBytes = 1e9;
      // Another window removes the version, too, and keeps the next one.
      const [version] = await at.store.versionsOf(target);
      const { path: old = "" } = version ?? {};
      await rm(old);
      await rm(old.replace(/-[^/]*$/, ".json"));
      const file = await localDisk.openForReading(await at.encrypted("a.age", "next"));
      const isIn = () => Promise.resolve(true);
      await at.store.keeper("save").keep(target, file, { mark: "", isIn });
      await file.close();
    };
    const at = await versionDesk("keep_all", { disk: observedDisk(localDisk, { before }) });
    const target = await at.encrypted("a.age", "one");
    await at.save(target, "two");
    at.time += day;
    await at.save(await at.encrypted("b.age", "x"), "y");
    at.rules.maxBytes = 1;
    isArmed = true;
    await at.store.prune();
    expect(isArmed).toBe(false);
    expect(await textsOf(at, target, read)).toEqual(["next"]);
  });

  it("a version that is written to while it is copied is not kept", async () => {
    const after = async ({ name, path }: Effect): Promise<void> => {
      if (name === "write" && path.startsWith(at.root)) await writeFile(target, other);
    };
    const at = await versionDesk("keep_all", { disk: observedDisk(localDisk, { after }) });
    const target = await at.encrypted("a.age", "one");
    const other = await ageFile("theirs");
    await at.save(target, "two");
    expect(await at.kept()).toEqual([]);
    expect(at.prompts.notices.map(({ kind }) => kind)).toEqual(["conflict copy"]);
    expect(await read(target)).toBe("two");
  });
});
