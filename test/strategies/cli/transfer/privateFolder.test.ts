import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, lstatSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  createUnnamed,
  findMemoryPlace,
  makeStagingFolder,
  removeAllStaging,
} from "../../../../src/strategies/cli/transfer/privateFolder";
import { stagingOf } from "../../../../src/strategies/cli/staging";
import { ageError, bytes } from "../../../age/kit";
import { mountedMemory, testFolder } from "../../../testFolder";
import { expectNothingLeft, owner, place, surroundings } from "../kit";

expectNothingLeft();

const memory = place.parent;

/** True if the system's temporary folder is in memory, too. */
const isTmpInMemory = (await findMemoryPlace([tmpdir()])).kind === "memory";

describe("a place in memory", () => {
  it("is /dev/shm, and a private folder in it", async () => {
    const own = testFolder(memory);
    expect(await findMemoryPlace(["/dev/shm"])).toEqual(place);
    expect(await findMemoryPlace([own, "/dev/shm"])).toEqual({ kind: "memory", parent: own });
  });

  const refused: readonly (readonly [title: string, path: () => string, reason: RegExp])[] = [
    ["nothing", () => "/dev/shm/nothing-there", /is not there/],
    ["a relative path", () => "dev/shm", /no folder in memory/],
    ["an empty path", () => "", /no folder in memory/],
    [
      "a symlink",
      () => {
        const path = join(testFolder(memory), "link");
        symlinkSync("/dev/shm", path);
        return path;
      },
      /is not a folder/,
    ],
    [
      "a file",
      () => {
        const path = join(testFolder(memory), "file");
        writeFileSync(path, "");
        return path;
      },
      /is not a folder/,
    ],
    [
      "a folder where others may rename",
      () => {
        const path = testFolder(memory);
        chmodSync(path, 0o777);
        return path;
      },
      /others may rename/,
    ],
    ["a pseudo file system", () => "/proc", /is not in memory/],
  ];
  it.each(refused)("is not %s", async (_title, path, reason) => {
    const found = await findMemoryPlace([path()]);
    expect(found).toEqual({ kind: "none", reason: expect.stringMatching(reason) as unknown });
  });

  it.skipIf(isTmpInMemory)("is not a disk", async () => {
    const { kind } = await findMemoryPlace([tmpdir()]);
    expect(kind).toBe("none");
  });

  it.skipIf(process.getuid?.() !== 0)("is not somebody else's", async () => {
    const path = testFolder(memory);
    execFileSync("chown", ["12345", path]);
    expect(await findMemoryPlace([path])).toMatchObject({ kind: "none" });
  });

  it("is not where nothing can be written, as a root's folder after su", async (context) => {
    const path = mountedMemory(context, "ro");
    expect(await findMemoryPlace([path])).toEqual({
      ...{ kind: "none", reason: `you may not write to ${path}` },
    });
  });
});

describe("a private folder", () => {
  it("is nobody else's, and has a name that nobody can guess", async () => {
    const parent = testFolder(memory);
    const made = await Promise.all(
      Array.from({ length: 50 }, () => makeStagingFolder({ ...place, parent }, owner)),
    );
    expect(new Set(made.map(({ path }) => path)).size).toBe(50);
    for (const { path } of made) {
      expect(lstatSync(path).mode & 0o7777).toBe(0o700);
      expect(path).toMatch(/-[0-9a-f]{16}$/);
    }
  });

  it.each([
    [0, true],
    [0o077, true],
    [0o777, false],
  ])("is so under any umask, or is not made: %o: %s", async (mask, isMade) => {
    const parent = testFolder(memory);
    const before = process.umask(mask);
    try {
      const made = await makeStagingFolder({ ...place, parent }, owner).catch(() => null);
      const names = readdirSync(parent);
      expect(names.length).toBe(isMade ? 1 : 0);
      expect(made !== null).toBe(isMade);
      if (made !== null) expect(lstatSync(made.path).mode & 0o7777).toBe(0o700);
    } finally {
      process.umask(before);
    }
  });

  it("holds files that are nobody else's, and no name of theirs", async () => {
    const folder = await makeStagingFolder({ ...place, parent: testFolder(memory) }, owner);
    const handle = await createUnnamed(folder, bytes("key"));
    expect((await handle.stat()).mode & 0o7777).toBe(0o600);
    expect(readdirSync(folder.path)).toEqual([]);
    expect((await handle.readFile()).toString()).toBe("key");
    await handle.close();
  });

  it("of a call is gone with all in it when the call ends", async () => {
    const parent = testFolder(memory);
    const staging = stagingOf(surroundings("", { memoryParents: [parent] }));
    const one = await staging.documentFolder();
    expect(await staging.memoryFolder()).toBe(one);
    expect(await staging.emptyFolder()).toBe(one);
    writeFileSync(join(one.path, "left"), "");
    await staging.close();
    expect(readdirSync(parent)).toEqual([]);
  });

  it("is gone with all in it when its process ends", async () => {
    const parent = testFolder(memory);
    const folder = await makeStagingFolder({ ...place, parent }, owner);
    writeFileSync(join(folder.path, "left"), "");
    removeAllStaging();
    expect(readdirSync(parent)).toEqual([]);
  });
});

describe("staging on the disk", () => {
  const disk = (isAllowed: boolean) => {
    const here = { memoryParents: [], diskParent: testFolder(tmpdir()) };
    return surroundings("", { ...here, allowsDiskStaging: () => isAllowed });
  };

  it("is for documents where it is allowed, never for keys", async () => {
    const here = disk(true);
    const staging = stagingOf(here);
    const { path, kind } = await staging.documentFolder();
    expect(kind).toBe("disk");
    expect(path.startsWith(here.diskParent)).toBe(true);
    await expect(staging.memoryFolder()).rejects.toEqual(ageError("strategy-unable"));
    await staging.close();
    expect(existsSync(path)).toBe(false);
  });

  it("is not done where it is not allowed; what holds no content may be there", async () => {
    const here = disk(false);
    const staging = stagingOf(here);
    await expect(staging.documentFolder()).rejects.toEqual(ageError("strategy-unable"));
    expect(readdirSync(here.diskParent)).toEqual([]);
    expect(await staging.emptyFolder()).toMatchObject({ kind: "disk" });
    await staging.close();
    expect(readdirSync(here.diskParent)).toEqual([]);
  });
});
