import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AgeError } from "../../../src/age/errors";
import {
  backupOutlook,
  isSafeToEdit,
  type BackupTrial,
} from "../../../src/documents/drafts/backupOutlook";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { scheme } from "../../../src/vscode/uris";
import { ageError, temporaryFolder } from "../kit";

/** Returns a disk whose names have at most `longest` characters; -1 allows no folder at all. */
const fakeDisk = (longest: number): BackupTrial["disk"] => ({
  createFolder: () => Promise.resolve(),
  takesFolderName: (path) => Promise.resolve((path.split("/").at(-1) ?? "").length <= longest),
});
const failing = (call: "createFolder" | "takesFolderName"): BackupTrial["disk"] => ({
  ...fakeDisk(1023),
  [call]: () => Promise.reject(new AgeError("disk-full", "the disk is full")),
});
const trial = (disk: BackupTrial["disk"]): BackupTrial => ({
  ...{ disk, storage: "/u/storage", name: scheme, place: "this machine" },
});

describe("whether VS Code can make its backup folder", () => {
  it.each([
    ["names have at most 255 characters", fakeDisk(255), { kind: "refused" }, true],
    ["names have at most 1,023 characters", fakeDisk(1023), { kind: "possible" }, false],
    [
      "no folder can be made",
      fakeDisk(-1),
      { kind: "unknown", reason: "no folder can be created in the storage folder" },
      false,
    ],
    [
      "the storage folder can't be made",
      failing("createFolder"),
      { kind: "unknown", reason: "the disk is full" },
      false,
    ],
    [
      "the storage folder can't be written",
      failing("takesFolderName"),
      { kind: "unknown", reason: "the disk is full" },
      false,
    ],
  ] as const)("where %s", async (_title, disk, outlook, isSafe) => {
    expect(await backupOutlook(trial(disk))).toEqual(outlook);
    expect(isSafeToEdit(outlook)).toBe(isSafe);
  });

  it("is not tried where another machine or the browser keeps the backups", async () => {
    const disk = failing("createFolder");
    const told = await Promise.all(
      (["another machine", "browser"] as const).map((place) =>
        backupOutlook({ ...trial(disk), place }),
      ),
    );
    expect(told.map(({ kind }) => kind)).toEqual(["elsewhere", "in the browser"]);
    expect(told.map(isSafeToEdit)).toEqual([true, false]);
  });

  it("is tried on this disk, and leaves nothing behind", async () => {
    const storage = join(await temporaryFolder(), "storage");
    const at = { ...trial(localDisk), storage };
    expect(await backupOutlook(at)).toEqual({ kind: "refused" });
    expect(await backupOutlook({ ...at, name: "short" })).toEqual({ kind: "possible" });
    expect(await readdir(storage)).toEqual([]);
    await writeFile(join(storage, "file"), "");
    const below = { ...at, storage: join(storage, "file", "below") };
    expect((await backupOutlook(below)).kind).toBe("unknown");
  });

  it("is proven by a folder that is there, which stays if it is not empty", async () => {
    const storage = await temporaryFolder();
    await mkdir(join(storage, "full", "inside"), { recursive: true });
    await mkdir(join(storage, "empty"));
    for (const name of ["full", "empty"]) {
      const outlook = await backupOutlook({ ...trial(localDisk), storage, name });
      expect(outlook).toEqual({ kind: "possible" });
    }
    expect(await readdir(storage)).toEqual(["full"]);
    expect(await readdir(join(storage, "full"))).toEqual(["inside"]);
    await expect(localDisk.takesFolderName(join(storage, "none", "x"))).rejects.toEqual(
      ageError("not-found", { path: join(storage, "none", "x") }),
    );
  });
});
