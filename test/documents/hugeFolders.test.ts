import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { AgeError } from "../../src/age/errors";
import { systemFailure } from "../../src/age/systemFailure";
import { findCollisions, type Aimed } from "../../src/documents/files/batchTargets";
import type { Disk } from "../../src/documents/disk/disk";
import {
  filesOf,
  type BatchOperation,
  type Found,
  type Skipped,
} from "../../src/documents/files/walkFolder";
import { localDisk } from "../../src/documents/disk/localDisk";
import { findLists } from "../../src/documents/recipients/recipientLists";
import { sortInTurns } from "../../src/documents/disk/sortInTurns";
import { desk } from "./kit";

type Names = Awaited<ReturnType<Disk["list"]>>;

/** Returns a disk that answers at once: others run only when the code under test lets them. */
function diskOf(list: (path: string) => Names): Disk {
  const kindOf = (path: string) => (path.endsWith("/d") ? "folder" : "file");
  return {
    ...localDisk,
    realPath: (path) => Promise.resolve(path),
    list: (path) => Promise.resolve(list(path)),
    facts: () => Promise.resolve(null),
    entry: (path) =>
      Promise.resolve({ kind: kindOf(path), size: 1, version: "1", id: path } as const),
  };
}

const wide = diskOf(() =>
  Array.from({ length: 100_000 }, (_, i) => ({
    name: `${(i * 7919) % 100_000}.age`,
    kind: "file",
  })),
);
/** Folders 2,000 levels deep, each with two files. */
const deepest = `/w${"/d".repeat(2000)}`;
const files = Array.from({ length: 2 }, (_, i) => ({ name: `f${i}`, kind: "file" }) as const);
const deep = diskOf((path) =>
  path === deepest ? files : [{ name: "d", kind: "folder" }, ...files],
);

/** Returns a signal that aborts as soon as others have a turn. */
function atOnce(): AbortSignal {
  const stop = new AbortController();
  setImmediate(() => {
    stop.abort(new AgeError("dismissed", "cancelled"));
  });
  return stop.signal;
}

async function all(
  path: string,
  operation: BatchOperation,
  disk: Disk,
  signal?: AbortSignal,
): Promise<readonly (Found | Skipped)[]> {
  const found: (Found | Skipped)[] = [];
  for await (const one of filesOf(path, operation, disk, signal)) found.push(one);
  return found;
}

const cancelled = { code: "dismissed" };

/** Sets a clock on which a turn is over at every look, however fast the machine is. */
function shortTurns(): void {
  let now = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => (now += 10));
  onTestFinished(() => {
    clock.mockRestore();
  });
}

describe("Cancel", () => {
  it.each([
    ["with 100,000 names", "/w/d", wide],
    ["2,000 levels deep", "/w/d", deep],
  ])("works in a folder %s", async (_what, path, disk) => {
    shortTurns();
    await expect(all(path, "encrypt", disk, atOnce())).rejects.toMatchObject(cancelled);
  });

  it("works while 100,000 names are sorted, and while their targets are compared", async () => {
    const found = await all("/w/d", "decrypt", wide);
    const aimed = found.flatMap((one): Aimed[] =>
      "reason" in one ? [] : [{ found: one, name: one.path.slice(5, -4) }],
    );
    expect(aimed).toHaveLength(100_000);
    shortTurns();
    await expect(sortInTurns(found, () => -1, atOnce())).rejects.toMatchObject(cancelled);
    await expect(findCollisions(aimed, wide, atOnce())).rejects.toMatchObject(cancelled);
  });

  it("works while each of 2,000 levels is looked through for lists", async () => {
    const paths: string[] = [];
    for (let at = deepest; at !== "/w"; at = dirname(at)) {
      for (const { name } of files) paths.push(`${at}/${name}`);
    }
    const { context } = await desk();
    const sources = { ...context.sources, disk: deep, workspaceFolder: () => "/w" };
    const none = { ...deep, entry: () => Promise.resolve(null) };
    shortTurns();
    await expect(findLists(paths, { ...sources, disk: none }, atOnce())).rejects.toMatchObject(
      cancelled,
    );
    const { unlisted } = await findLists(paths, { ...sources, disk: none });
    expect(unlisted).toEqual(paths);
  });
});

describe("a folder", () => {
  it("2,000 levels deep gives all of its files, in order", async () => {
    const found = await all("/w/d", "encrypt", deep);
    expect(found).toHaveLength(2000 * files.length);
    expect(found[0]?.path).toBe(`${deepest}/f0`);
    expect(found.at(-1)?.path).toBe("/w/d/f1");
  });

  it("lets others have the thread while many short runs are merged", async () => {
    let now = 0;
    // The clock moves a millisecond at each look: merging two runs does not fill a turn.
    const clock = vi.spyOn(performance, "now").mockImplementation(() => now++);
    onTestFinished(() => {
      clock.mockRestore();
    });
    const numbers = Array.from({ length: 8 * 1024 }, (_, i) => i);
    const compare = (a: number, b: number) => a - b;
    const turning = vi.spyOn(globalThis, "setImmediate");
    onTestFinished(() => {
      turning.mockRestore();
    });
    expect(await sortInTurns(numbers, compare)).toEqual(numbers);
    // The work takes 32 ms. A turn for each merge would call it more often.
    expect(turning).toHaveBeenCalledTimes(4);
  });

  it("with many names is listed whole, and sorted as before", async () => {
    const at = await desk();
    await mkdir(at.path("d"));
    const names = Array.from({ length: 1500 }, (_, i) => `${(i * 7) % 1500}`);
    for (const name of names) await writeFile(at.path(`d/${name}`), "");
    const listed = (await localDisk.list(at.path("d"))).map(({ name }) => name);
    const compare = (a: string, b: string) => (a < b ? -1 : 1);
    expect(await sortInTurns(listed, compare)).toEqual([...names].sort());
    expect(await sortInTurns([], compare)).toEqual([]);
  });

  it("whose path is too long is left out for just that", async () => {
    const long = await localDisk.list(`/${"a/".repeat(5000)}`).catch((error: unknown) => error);
    expect(long).toMatchObject({ facts: { fault: "ENAMETOOLONG" } });
    const tooLong = Object.assign(new Error(), { code: "ENAMETOOLONG" });
    const disk = {
      ...deep,
      list: (path: string) =>
        path === "/w/d/d" ? Promise.reject(systemFailure(tooLong)) : deep.list(path),
      entry: (path: string) =>
        path === "/w/d/f1" ? Promise.reject(systemFailure(tooLong)) : deep.entry(path),
    };
    const left = (await all("/w/d", "encrypt", disk)).filter((one) => "reason" in one);
    const reason = "path too long for this system";
    expect(left).toEqual([
      { path: "/w/d/d", reason },
      { path: "/w/d/f1", reason },
    ]);
  });
});
