import { link, mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { planBatch, type BatchPlan } from "../../../src/documents/files/planBatch";
import type { Disk } from "../../../src/documents/disk/disk";
import { localDisk } from "../../../src/documents/disk/localDisk";
import type { BatchOperation } from "../../../src/documents/files/walkFolder";
import { desk, type Desk } from "../kit";
import { observedDisk, type Effect } from "../observedDisk";

type Fold = (name: string) => string;

/** Returns a disk that takes two names for the same one if they are equal once folded. */
function foldingDisk(fold: Fold): Disk {
  const there = async (path: string): Promise<string> => {
    if (dirname(path) === path) return path;
    const folder = await there(dirname(path));
    const names = await readdir(folder).catch(() => []);
    const name = names.find((one) => fold(one) === fold(basename(path)));
    return join(folder, name ?? basename(path));
  };
  return {
    ...localDisk,
    facts: async (path) => localDisk.facts(await there(path)),
    entry: async (path) => localDisk.entry(await there(path)),
    realPath: async (path) => localDisk.realPath(await there(path)),
    list: async (path) => localDisk.list(await there(path)),
  };
}

const caseless: Fold = (name) => name.toLowerCase();
const exact: Fold = (name) => name;

async function planned(
  at: Desk,
  names: readonly string[],
  fold: Fold,
  operation: BatchOperation = "decrypt",
): Promise<Record<string, string>> {
  for (const name of names) {
    await mkdir(dirname(at.path(name)), { recursive: true });
    await writeFile(at.path(name), name);
  }
  const paths = names.map(at.path);
  return short(at, await planBatch(operation, paths, foldingDisk(fold)));
}

function short(at: Desk, { items, skipped }: BatchPlan): Record<string, string> {
  const local = (path: string) => path.replace(`${at.folder}/`, "");
  return Object.fromEntries([
    ...items.map(({ source, target }) => [local(source), local(target)] as const),
    ...skipped.map(({ path, reason }) => [local(path), reason] as const),
  ]);
}

const same = "same target as another file of this batch";

describe("two files of a batch", () => {
  it("have one target where the disk does not tell their cases apart", async () => {
    const names = ["A.age", "a.cage"];
    expect(await planned(await desk(), names, caseless)).toEqual({ "A.age": same, "a.cage": same });
    const apart = { "A.age": "A", "a.cage": "a" };
    expect(await planned(await desk(), names, exact)).toEqual(apart);
  });

  it("have one target where the disk does not tell accents apart that are written otherwise", async () => {
    const names = ["\u00e9.age", "e\u0301.cage"];
    const fold: Fold = (name) => name.normalize("NFD");
    expect(Object.values(await planned(await desk(), names, fold))).toEqual([same, same]);
    const apart = await planned(await desk(), names, exact);
    expect(Object.values(apart)).toEqual(["\u00e9", "e\u0301"]);
  });

  it("have one target in folders that are one", async () => {
    const at = await desk();
    await mkdir(at.path("D"));
    await writeFile(at.path("D/a.age"), "");
    await writeFile(at.path("D/a.cage"), "");
    const paths = [at.path("D/a.age"), at.path("d/a.cage")];
    const plan = await planBatch("decrypt", paths, foldingDisk(caseless));
    expect(plan.items).toEqual([]);
  });

  it("have two targets in folders whose names differ by case, on a disk that tells", async () => {
    expect(await planned(await desk(), ["D/a.age", "d/a.cage"], exact)).toEqual({
      ...{ "D/a.age": "D/a", "d/a.cage": "d/a" },
    });
  });

  it("are told apart as their folder does it, though one is named after its target in no way", async () => {
    const names = [".age", "Decrypted.cage"];
    const apart = { ".age": "decrypted", "Decrypted.cage": "Decrypted" };
    expect(await planned(await desk(), names, exact)).toEqual(apart);
    const untold = { ".age": same, "Decrypted.cage": same };
    expect(await planned(await desk(), names, caseless)).toEqual(untold);
  });
});

describe("many files whose names differ in case only", () => {
  /** Plans files with all spellings of a name of this many letters, and counts the looks. */
  async function many(
    letters: number,
    fold: Fold,
    onLook: () => void = () => undefined,
    signal?: AbortSignal,
  ) {
    const at = await desk();
    for (let index = 0; index < 2 ** letters; index++) {
      const spelled = Array.from({ length: letters }, (_, bit) => ((index >> bit) & 1 ? "A" : "a"));
      await at.put(`${spelled.join("")}.age`, "");
    }
    let looks = 0;
    const before = ({ name }: Effect) => {
      if (name !== "facts") return;
      looks++;
      onLook();
    };
    // The disk lists all spellings, but finds the first one under each of them.
    const folding = foldingDisk(fold);
    const facts: Disk["facts"] = (path) => folding.facts(path);
    const disk = observedDisk({ ...localDisk, facts }, { before });
    const plan = await planBatch("decrypt", [at.folder], disk, undefined, signal);
    return { plan, looks };
  }

  it("cost a few looks where the disk tells", async () => {
    const { plan, looks } = await many(7, exact);
    expect(plan.items).toHaveLength(128);
    expect(looks).toBeLessThan(10);
  });

  it("are told apart by a disk that tells, though two of them are one file", async () => {
    const at = await desk();
    await at.put("a.age", "");
    await link(at.path("a.age"), at.path("A.AGE"));
    await at.put("A.age", "");
    await link(at.path("A.age"), at.path("a.AGE"));
    const { items } = await planBatch("decrypt", [at.path("a.age"), at.path("A.age")], localDisk);
    expect(items).toHaveLength(2);
  });

  it.each([
    ["as soon as folders are looked at", exact, 1],
    ["while files are compared", caseless, 100],
  ])("can be cancelled %s", async (_when, fold, last) => {
    const abort = new AbortController();
    let looks = 0;
    const onLook = () => {
      if (++looks === last) abort.abort();
    };
    await expect(many(5, fold, onLook, abort.signal)).rejects.toMatchObject({ name: "AbortError" });
    expect(looks).toBe(last);
  });
});

describe("a target", () => {
  it("is no other file of the batch, by whatever spelling", async () => {
    const reason = "target is another file of this batch";
    expect(await planned(await desk(), ["a", "a.age"], exact, "encrypt")).toEqual({
      ...{ a: reason, "a.age": "a.age.age" },
    });
    expect(await planned(await desk(), ["a", "A.AGE"], caseless, "encrypt")).toEqual({
      ...{ a: reason, "A.AGE": "A.AGE.age" },
    });
    expect(await planned(await desk(), ["a", "A.AGE"], exact, "encrypt")).toEqual({
      ...{ a: "a.age", "A.AGE": "A.AGE.age" },
    });
  });

  it("may be a second name of the source", async () => {
    const at = await desk();
    await at.put("a", "text");
    await link(at.path("a"), at.path("a.age"));
    const plan = await planBatch("encrypt", [at.path("a")], localDisk);
    expect(plan.items.map(({ taken }) => taken !== null)).toEqual([true]);
  });

  it.each([".git.age", ".GIT.cage"])("never is what Git obeys (%s)", async (name) => {
    expect(await planned(await desk(), [name], exact)).toEqual({
      [name]: "target would be part of Git",
    });
  });
});
