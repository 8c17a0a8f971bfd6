import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, utimesSync } from "node:fs";
import { symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  createUnnamed,
  findMemoryPlace,
  type FolderOwner,
  makeStagingFolder,
  removeAllStaging,
  sweepStaging,
} from "../../../src/strategies/cli/ramFolder";
import { stagingOf } from "../../../src/strategies/cli/staging";
import { ageError, bytes } from "../../age/kit";
import { mountedMemory, testFolder } from "../../testFolder";
import { expectNothingLeft, home, surroundings } from "./kit";

expectNothingLeft();

const owner: FolderOwner = { pid: process.pid, start: "123 of boot", isAlive: () => true };
const memory = "/dev/shm";
const place = { kind: "memory", parent: memory } as const;

/** Whether the system's temporary folder lies in memory too. */
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
      /is no folder/,
    ],
    [
      "a file",
      () => {
        const path = join(testFolder(memory), "file");
        writeFileSync(path, "");
        return path;
      },
      /is no folder/,
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
    ["a pseudo file system", () => "/proc", /does not lie in memory/],
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

  it.each([0, 0o077, 0o777])("is so under any umask, or is not made: %o", async (mask) => {
    const parent = testFolder(memory);
    const before = process.umask(mask);
    try {
      const made = await makeStagingFolder({ ...place, parent }, owner).catch(() => null);
      const names = readdirSync(parent);
      if (made === null) expect(names).toEqual([]);
      else expect(lstatSync(made.path).mode & 0o7777).toBe(0o700);
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

describe("the sweep", () => {
  it("removes what ended processes left, and nothing else", async () => {
    const parent = testFolder(memory);
    const make = (pid: number, start: string) =>
      makeStagingFolder({ ...place, parent }, { ...owner, pid, start });
    const [dead, reused, alive] = [
      await make(11, "early"),
      await make(22, "early"),
      await make(22, "late"),
    ];
    writeFileSync(join(dead.path, "left"), "");
    const precious = join(testFolder(memory), "precious");
    writeFileSync(precious, "");
    symlinkSync(join(precious, ".."), join(dead.path, "link"));
    const others = ["cage-11-x-0123456789abcdef", "cage-bench-x", "cage-11--0123", "other"];
    for (const name of others) mkdirSync(join(parent, name));
    const link = `cage-11-6561726c79-0123456789abcdef`;
    symlinkSync(join(precious, ".."), join(parent, link));

    await sweepStaging(parent, {
      ...owner,
      isAlive: (pid, start) => pid === 22 && start === "late",
    });
    const left = readdirSync(parent).map((name) => join(parent, name));
    expect(left.sort()).toEqual(
      [alive.path, join(parent, link), ...others.map((name) => join(parent, name))].sort(),
    );
    expect(existsSync(reused.path)).toBe(false);
    expect(existsSync(precious)).toBe(true);
  });

  it("ends the programs of an ended process, and those of no other", async () => {
    const parent = testFolder(memory);
    const start = async (pid: number): Promise<ChildProcess> => {
      const { path: cwd } = await makeStagingFolder({ ...place, parent }, { ...owner, pid });
      const child = spawn("/bin/sh", ["-c", "trap '' TERM; echo; exec sleep 1000"], {
        ...{ cwd, stdio: ["ignore", "pipe", "ignore"], env: { HOME: home } },
      });
      await once(child.stdout, "data");
      return child;
    };
    const [left, used] = [await start(11), await start(22)];
    const ended = once(left, "exit");
    await sweepStaging(parent, { ...owner, isAlive: (pid) => pid === 22 });
    expect(await ended).toEqual([null, "SIGKILL"]);
    expect(used.kill("SIGKILL")).toBe(true);
    await once(used, "exit");
  });

  it("removes after a day what belongs to nobody who can be asked", async () => {
    const parent = testFolder(memory);
    const [old, young] = [
      await makeStagingFolder({ ...place, parent }, owner),
      await makeStagingFolder({ ...place, parent }, owner),
    ];
    const day = 24 * 60 * 60;
    utimesSync(old.path, 0, Date.now() / 1000 - day - 60);
    utimesSync(young.path, 0, Date.now() / 1000 - day + 60);
    await sweepStaging(parent, { ...owner, isAlive: () => true });
    expect(readdirSync(parent).map((name) => join(parent, name))).toEqual([young.path]);
  });

  it("is not waited for by a process that ends", async () => {
    const parent = testFolder(memory);
    const folder = await makeStagingFolder({ ...place, parent }, owner);
    writeFileSync(join(folder.path, "left"), "");
    removeAllStaging();
    expect(readdirSync(parent)).toEqual([]);
  });

  it("of a place that is not there does nothing", async () => {
    await expect(sweepStaging("/dev/shm/nothing-there", owner)).resolves.toBeUndefined();
  });
});
