import { readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { AgeError } from "../../src/age/errors";
import { randomBytes } from "../../src/age/primitives";
import type { Disk } from "../../src/documents/disk";
import { localDisk } from "../../src/documents/localDisk";
import { machineProcesses, nameThisProcess } from "../../src/documents/processes";
import { UnlockedWindows } from "../../src/documents/unlockedWindows";
import { temporaryFolder } from "./kit";

const processes = machineProcesses();
const windowOn = (disk: Disk, folder: string): UnlockedWindows =>
  new UnlockedWindows(disk, folder, nameThisProcess(processes), processes, randomBytes);

it("a window that the disk did not take leaves no file, and is known once it does", async () => {
  const folder = await temporaryFolder();
  let isFull = true;
  const disk: Disk = {
    ...localDisk,
    create: async (path) => {
      const file = await localDisk.create(path);
      const write: typeof file.write = async (content) => {
        if (isFull) throw new AgeError("disk-full", "the disk is full");
        await file.write(content);
      };
      return { ...file, write, close: () => file.close() };
    },
  };
  const window = windowOn(disk, folder);
  await expect(window.enter()).rejects.toMatchObject({ code: "disk-full" });
  expect([window.isKnown, await readdir(folder)]).toEqual([false, []]);
  isFull = false;
  await window.enter();
  expect([window.isKnown, await windowOn(localDisk, folder).count()]).toEqual([true, 1]);
});

it("a file that says nothing counts while a window may be writing it, and goes afterwards", async () => {
  const folder = await temporaryFolder();
  const file = join(folder, `${"0".repeat(24)}.unlocked`);
  await writeFile(file, "");
  const window = windowOn(localDisk, folder);
  expect(await window.count()).toBe(1);
  await utimes(file, 1, 1);
  expect(await window.count()).toBe(0);
  expect(await readdir(folder)).toEqual([]);
});
