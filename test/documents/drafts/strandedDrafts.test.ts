import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Drafts } from "../../../src/documents/drafts/drafts";
import type { FoundDraft } from "../../../src/documents/drafts/draftStore";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { bytes, desk, processNumber, text, type Desk } from "../kit";
import { draftsOf, opened } from "../draftsKit";
import { observedDisk, type Effect } from "../observedDisk";

/** Leaves a draft of a window that is gone, and opens the next window. */
async function left(at: Desk, name: string) {
  const path = await at.encrypted(name, "text");
  const { ciphertext, draftKey } = await opened(at, path);
  await draftsOf(at).make(path, ciphertext, draftKey, bytes("unsaved"));
  return { path, base: ciphertext, next: nextWindow(at) };
}

function nextWindow(at: Desk): Drafts {
  return draftsOf(at, { session: "next", processes: processNumber(2) });
}

const pathsOf = async (drafts: Drafts): Promise<readonly string[]> =>
  (await drafts.stranded()).map(({ record }) => record.path);

describe("a draft of a window that is gone", () => {
  it("is not stranded while something is where its file was", async () => {
    const at = await desk();
    const { path, next } = await left(at, "a.txt.age");
    expect(await pathsOf(next)).toEqual([]);
    await writeFile(path, "another file");
    expect(await pathsOf(next)).toEqual([]);
    await rm(path);
    await symlink("nowhere", path);
    expect(await pathsOf(next)).toEqual([]);
  });

  it("is stranded when its file was deleted", async () => {
    const at = await desk();
    const { path, next } = await left(at, "a.txt.age");
    await rm(path);
    expect(await pathsOf(next)).toEqual([path]);
  });

  it.each([0, 30])(
    "is what a sweep leaves of such drafts that keeps them for %i days",
    async (days) => {
      const at = await desk();
      const { path, next } = await left(at, "a.txt.age");
      expect(await next.sweep(days)).toEqual([]);
      await rm(path);
      expect((await next.sweep(days)).map(({ record }) => record.path)).toEqual([path]);
    },
  );

  it("is found by the version that it is of, and opens, when its file was renamed", async () => {
    const at = await desk();
    const { path, base, next } = await left(at, "a.txt.age");
    const renamed = join(dirname(path), "b.txt.age");
    await rename(path, renamed);
    const [found] = await next.stranded();
    expect(found?.record).toMatchObject({ path, base });
    expect((await opened(at, renamed)).ciphertext).toBe(base);
    expect(found && text(await next.open(found, "never"))).toBe("unsaved");
  });

  it("is stranded when the folder above its file was renamed, or is a file by now", async () => {
    const at = await desk();
    await mkdir(join(at.folder, "inner"));
    const { path, next } = await left(at, "inner/a.txt.age");
    await rename(dirname(path), join(at.folder, "other"));
    expect(await pathsOf(next)).toEqual([path]);
    await writeFile(dirname(path), "");
    expect(await pathsOf(next)).toEqual([path]);
  });

  it("is stranded, too, in the window that set it apart", async () => {
    const at = await desk();
    const path = await at.encrypted("a.txt.age", "text");
    const { ciphertext, draftKey } = await opened(at, path);
    const drafts = draftsOf(at);
    await drafts.make(path, ciphertext, draftKey, bytes("unsaved"));
    await rm(path);
    expect(await pathsOf(drafts)).toEqual([]);
    await drafts.make(path, ciphertext, draftKey, bytes("aside"), drafts.newSession());
    expect(await pathsOf(drafts)).toEqual([path]);
  });
});

it("a draft of a window that lives is not stranded", async () => {
  const at = await desk();
  const { path } = await left(at, "a.txt.age");
  await rm(path);
  const processes = processNumber(2, new Set([1]));
  expect(await pathsOf(draftsOf(at, { session: "next", processes }))).toEqual([]);
});

it("is looked for once by all who ask meanwhile, who see what was there when they asked", async () => {
  const at = await desk();
  const { path } = await left(at, "a.txt.age");
  let looks = 0;
  const asked: Promise<readonly FoundDraft[]>[] = [];
  const before = async ({ name, path: folder }: Effect) => {
    if (name !== "list" || !folder.endsWith("drafts") || ++looks > 1) return;
    // The first look is under way.
    await rm(path);
    for (let tab = 0; tab < 20; tab++) asked.push(next.stranded());
  };
  const next = draftsOf(at, {
    ...{ session: "next", processes: processNumber(2), disk: observedDisk(localDisk, { before }) },
  });
  await Promise.all([next.stranded(), next.stranded()]);
  expect((await Promise.all(asked)).map((drafts) => drafts.length)).toEqual(Array(20).fill(1));
  expect(looks).toBe(2);
});
