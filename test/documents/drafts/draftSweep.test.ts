import { execFileSync } from "node:child_process";
import { mkdir, readdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systemFailure } from "../../../src/age/systemFailure";
import type { DraftContext, Drafts } from "../../../src/documents/drafts/drafts";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { bytes, desk, processNumber, type Desk } from "../kit";
import { draftContext, draftsOf, opened } from "../draftsKit";
import { observedDisk, type Effect } from "../observedDisk";

const day = 24 * 60 * 60 * 1000;

interface Scene {
  readonly at: Desk;
  readonly path: string;
  readonly folder: string;
  /** Opens the next window, so many days later. */
  readonly next: (days: number, changes?: Partial<DraftContext>) => Drafts;
  readonly names: () => Promise<readonly string[]>;
}

/** Makes a draft in a folder of its own, today, by process 1, which is gone. */
async function scene(): Promise<Scene> {
  const at = await desk();
  await mkdir(at.path("project"));
  const path = await at.encrypted("project/a.txt.age", "text");
  const { folder } = draftContext(at);
  const start = Date.now();
  const { ciphertext, draftKey } = await opened(at, path);
  await draftsOf(at, { now: () => start }).make(path, ciphertext, draftKey, bytes("typed"));
  return {
    ...{ at, path, folder },
    next: (days, changes) =>
      draftsOf(at, {
        ...{ now: () => start + days * day, session: "next", processes: processNumber(2) },
        ...changes,
      }),
    names: () => readdir(folder),
  };
}

describe("a sweep", () => {
  it("removes a draft whose file is gone, after so many days and not before", async () => {
    const { next, path, names } = await scene();
    await rm(path);
    await next(29.9).sweep(30);
    expect(await names()).toHaveLength(1);
    await next(30.1).sweep(30);
    expect(await names()).toHaveLength(0);
  });

  it("of 0 days keeps it for ever", async () => {
    const { next, path, names } = await scene();
    await rm(path);
    await next(10_000).sweep(0);
    expect(await names()).toHaveLength(1);
  });

  it("keeps every draft whose file is there, also as a link to nothing", async () => {
    const { next, path, names } = await scene();
    await next(1000).sweep(1);
    await rm(path);
    await symlink("nowhere", path);
    await next(1000).sweep(1);
    expect(await names()).toHaveLength(1);
  });

  it("keeps a draft whose whole folder is away", async () => {
    const { at, next, names, path } = await scene();
    await rename(at.path("project"), at.path("away"));
    await next(1000).sweep(1);
    expect(await names()).toHaveLength(1);
    // Even a file in the folder's place does not show that the disk is there.
    await writeFile(at.path("project"), "");
    await next(1000).sweep(1);
    expect(await names()).toHaveLength(1);
    await rm(at.path("project"));
    await mkdir(join(path, ".."));
    await next(1000).sweep(1);
    expect(await names()).toHaveLength(0);
  });

  it("keeps a draft whose file's disk fails", async () => {
    const { at, next, names, path } = await scene();
    await rm(path);
    for (const place of ["project", "project/a.txt.age"]) {
      const fail = ({ path: touched }: Effect): void => {
        if (touched !== at.path(place)) return;
        throw systemFailure(Object.assign(new Error(), { code: "EIO" }), { path: touched });
      };
      await next(1000, { disk: observedDisk(localDisk, { before: fail }) }).sweep(1);
      expect(await names()).toHaveLength(1);
    }
  });

  it("keeps a draft by its record or by its file's time, whichever is later", async () => {
    const { next, names, path, folder } = await scene();
    await rm(path);
    const [name = ""] = await names();
    const later = new Date(Date.now() + 100 * day);
    await utimes(join(folder, name), later, later);
    await next(31).sweep(30);
    expect(await names()).toHaveLength(1);
    // The clock was set back: both times of the draft lie in the future.
    await next(-1000).sweep(30);
    expect(await names()).toHaveLength(1);
    const long = new Date(Date.now() - 100 * day);
    await utimes(join(folder, name), long, long);
    await next(29).sweep(30);
    expect(await names()).toHaveLength(1);
    await next(31).sweep(30);
    expect(await names()).toHaveLength(0);
  });

  it.each([
    ["its own", { session: "session 1" }],
    ["a living window's", { processes: processNumber(2, new Set([1])) }],
    ["another machine's", { home: "elsewhere boot pid:[1]" }],
  ])("keeps %s", async (_whose, changes) => {
    const { next, names, path } = await scene();
    await rm(path);
    await next(1000, changes).sweep(1);
    expect(await names()).toHaveLength(1);
  });

  it("leaves alone whatever is no draft and no candidate of one", async () => {
    const { next, names, folder } = await scene();
    const others = [
      ...["notes.txt", ".hidden", `${"0".repeat(32)}.draft`],
      `.secrets.${"0".repeat(24)}.cage-candidate`,
      `${"0".repeat(32)}.${"0".repeat(32)}.draft`,
      `.${"0".repeat(32)}.${"0".repeat(32)}.0.${"0".repeat(24)}.cage-candidate`,
    ];
    for (const other of others) await writeFile(join(folder, other), "x");
    const candidate = (digit: string) =>
      `.${digit.repeat(32)}.${digit.repeat(32)}.1.${digit.repeat(24)}.cage-candidate`;
    await mkdir(join(folder, candidate("1")));
    if (process.platform !== "win32") execFileSync("mkfifo", [join(folder, candidate("2"))]);
    const before = await names();
    await next(1000).sweep(1);
    expect(await names()).toEqual(before);
  });

  it("where there is no folder does nothing", async () => {
    const at = await desk();
    await draftsOf(at).sweep(1);
    expect(await draftsOf(at).all()).toEqual([]);
  });
});

describe("a candidate", () => {
  /** Leaves behind a candidate of process 1. */
  const left = async (): Promise<Scene> => {
    const stage = await scene();
    const die = ({ name, path }: Effect): void => {
      if (name !== "rename" && name !== "remove") return;
      throw systemFailure(Object.assign(new Error(), { code: "EIO" }), { path });
    };
    const { ciphertext, draftKey } = await opened(stage.at, stage.path);
    const drafts = draftsOf(stage.at, { disk: observedDisk(localDisk, { before: die }) });
    const making = drafts.make(stage.path, ciphertext, draftKey, bytes("new"));
    await expect(making).rejects.toThrow();
    expect(await stage.names()).toHaveLength(2);
    return stage;
  };

  it("of a process that is gone is removed, and the draft stays", async () => {
    const { next, names, path } = await left();
    await next(0).sweep(1);
    expect(await names()).toHaveLength(1);
    expect(await next(0).find(path)).toHaveLength(1);
  });

  it("of a living process stays, and of another machine for a day", async () => {
    const { next, names } = await left();
    await next(0, { processes: processNumber(2, new Set([1])) }).sweep(1);
    await next(0, { home: "elsewhere boot pid:[1]" }).sweep(1);
    await next(0.9, { home: "elsewhere boot pid:[1]" }).sweep(1);
    await next(-5, { home: "elsewhere boot pid:[1]" }).sweep(1);
    expect(await names()).toHaveLength(2);
    await next(1.1, { home: "elsewhere boot pid:[1]" }).sweep(1);
    expect(await names()).toHaveLength(1);
  });

  it("that is being written is not touched by its own window's sweep", async () => {
    const { at, path, folder } = await scene();
    const { ciphertext, draftKey } = await opened(at, path);
    const look = async ({ name }: Effect): Promise<void> => {
      if (name === "rename") await drafts.sweep(1);
    };
    const drafts = draftsOf(at, { disk: observedDisk(localDisk, { before: look }) });
    await drafts.make(path, ciphertext, draftKey, bytes("new"));
    expect(await readdir(folder)).toHaveLength(1);
  });
});
