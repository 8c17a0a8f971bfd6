import { readdir, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { randomBytes } from "../../../src/age/primitives";
import type { Disk } from "../../../src/documents/disk/disk";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { UnlockedWindows } from "../../../src/documents/memory/unlockedWindows";
import { temporaryFolder } from "../kit";

const windowOn = (disk: Disk, folder: string): UnlockedWindows =>
  new UnlockedWindows(disk, folder, randomBytes);

/** Sets a file's times as if it was touched last so many milliseconds ago. */
async function age(path: string, milliseconds: number): Promise<void> {
  await utimes(path, new Date(), new Date(Date.now() - milliseconds));
}

/** Makes an unlocked window with its file, and another window. */
async function unlocked(disk: Disk = localDisk) {
  const folder = await temporaryFolder();
  const window = windowOn(localDisk, folder);
  await window.enter();
  const [name = ""] = await readdir(folder);
  return { folder, window, file: join(folder, name), other: windowOn(disk, folder) };
}

it("a window that the disk did not take is known once it does", async () => {
  const folder = await temporaryFolder();
  let isFull = true;
  const disk: Disk = {
    ...localDisk,
    create: (path) => {
      if (isFull) throw new AgeError("disk-full", "the disk is full");
      return localDisk.create(path);
    },
  };
  const window = windowOn(disk, folder);
  await expect(window.enter()).rejects.toMatchObject({ code: "disk-full" });
  expect([await window.isAsked(), await readdir(folder)]).toEqual([false, []]);
  isFull = false;
  expect(await window.isAsked()).toBe(false);
  expect(await windowOn(localDisk, folder).count()).toBe(1);
});

it.each([
  [50_000, 1],
  [70_000, 0],
  // The clock was set back.
  [-50_000, 1],
  [-70_000, 0],
])("one whose file was touched last %i ms ago is counted %i times", async (ago, counted) => {
  const { folder, file, other } = await unlocked();
  await age(file, ago);
  expect(await other.count()).toBe(counted);
  expect(await readdir(folder)).toHaveLength(1);
});

it("one that is alive touches its file long before it counts as gone, and not at each look", async () => {
  const folder = await temporaryFolder();
  const touched: string[] = [];
  const touch = (path: string) => {
    touched.push(path);
    return localDisk.touch(path);
  };
  const window = windowOn({ ...localDisk, touch }, folder);
  await window.enter();
  const [name = ""] = await readdir(folder);
  const file = join(folder, name);
  for (const [ago, times] of [
    [0, 0],
    [14_000, 0],
    [16_000, 1],
    [-16_000, 1],
    [3_600_000, 1],
  ] as const) {
    await age(file, ago);
    touched.length = 0;
    for (let looks = 0; looks < 3; looks++) expect(await window.isAsked()).toBe(false);
    expect(touched).toEqual(Array(times).fill(file));
  }
  // The same goes for a window that is locking.
  await windowOn(localDisk, folder).ask();
  const asked = file.replace(/unlocked$/, "locking");
  await age(asked, 16_000);
  touched.length = 0;
  for (let looks = 0; looks < 3; looks++) expect(await window.isAsked()).toBe(true);
  expect(touched.filter((path) => path === asked)).toEqual([asked]);
});

it("the time is that of the file system, whatever the clock of this machine says", async () => {
  const { other } = await unlocked();
  const { now } = Date;
  Date.now = () => now() + 86_400_000 * 2;
  try {
    expect(await other.count()).toBe(1);
  } finally {
    Date.now = now;
  }
});

it("a file that somebody tells the time by is no window", async () => {
  const folder = await temporaryFolder();
  await (await localDisk.create(join(folder, `${"0".repeat(24)}.clock`))).close();
  expect(await windowOn(localDisk, folder).count()).toBe(0);
});

it("where the file system tells no time, every file counts", async () => {
  const create = () => Promise.reject(new AgeError("disk-full", "the disk is full"));
  const { file, other } = await unlocked({ ...localDisk, create });
  await age(file, 70_000);
  expect(await other.count()).toBe(1);
});

it("one that slept counts again when it wakes, and was not locked by being taken for gone", async () => {
  const { window, file, other } = await unlocked();
  await age(file, 70_000);
  expect(await other.count()).toBe(0);
  expect(await window.isAsked()).toBe(false);
  expect(await other.count()).toBe(1);
  await rm(file);
  expect(await window.isAsked()).toBe(false);
  expect(await other.count()).toBe(1);
});

it("one that leaves does not come back, whatever it was about to do", async () => {
  const { folder, window, file } = await unlocked();
  await rm(file);
  expect(await Promise.all([window.isAsked(), window.leave(), window.isAsked()])).toHaveLength(3);
  expect(await readdir(folder)).toEqual([]);
});

it("one that slept is asked to lock, and counts while it locks", async () => {
  const { window, file, other } = await unlocked();
  await age(file, 70_000);
  expect(await other.ask()).toBe(0);
  expect(await window.isAsked()).toBe(true);
  expect(await other.count()).toBe(1);
  await window.leave();
  expect(await other.count()).toBe(0);
});

it("a disk that lets nobody write for a moment asks for nothing, and keeps nobody from asking", async () => {
  const folder = await temporaryFolder();
  const touch = async (path: string) => {
    await localDisk.touch(path);
    throw new AgeError("no-permission", "not now");
  };
  const window = windowOn({ ...localDisk, touch }, folder);
  await window.enter();
  expect(await window.isAsked()).toBe(false);
  await windowOn(localDisk, folder).ask();
  expect(await window.isAsked()).toBe(true);
});

it("files that nobody has touched for a day go, those of an asked window too", async () => {
  const day = 86_400_000;
  let later = 0;
  const disk: Disk = {
    ...localDisk,
    facts: async (path) => {
      const facts = await localDisk.facts(path);
      const { mtime = 0, ctime = 0 } = facts ?? {};
      return facts && { ...facts, mtime: mtime - later, ctime: ctime - later };
    },
  };
  const { folder, file, other } = await unlocked(disk);
  later = day - 60_000;
  expect(await other.ask()).toBe(0);
  expect(await other.count()).toBe(0);
  expect(await readdir(folder)).toEqual([file.replace(/^.*\/|unlocked$/g, "") + "locking"]);
  later = day + 60_000;
  expect(await other.count()).toBe(0);
  expect(await readdir(folder)).toEqual([]);
});
