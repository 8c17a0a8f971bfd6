import { execFileSync } from "node:child_process";
import {
  chmod,
  chown,
  link,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
  type FileHandle,
} from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { DescribedFile } from "../../../src/documents/disk/disk";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { ageError, bytes, expectNames, temporaryFolder } from "../kit";

describe("the facts of a path", () => {
  it("are null where nothing is, also below a file", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "");
    expect(await localDisk.facts(join(folder, "none"))).toBeNull();
    expect(await localDisk.facts(join(folder, "file", "below"))).toBeNull();
    await symlink("nowhere", join(folder, "dangling"));
    expect(await localDisk.facts(join(folder, "dangling"))).toBeNull();
  });

  it("tell files, folders and others apart, through links", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "12345", { mode: 0o640 });
    await symlink("file", join(folder, "link"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    expect(await localDisk.facts(join(folder, "link"))).toMatchObject({ kind: "file", size: 5 });
    expect((await localDisk.facts(join(folder, "file")))?.mode).toBe(0o100640);
    expect(await localDisk.facts(folder)).toMatchObject({ kind: "folder", writable: true });
    expect(await localDisk.facts(join(folder, "pipe"))).toMatchObject({ kind: "other" });
  });

  it("fail for a name that no file system takes", async () => {
    const path = join(await temporaryFolder(), "n".repeat(256));
    await expect(localDisk.facts(path)).rejects.toEqual(ageError("unusable-path", { path }));
  });
});

describe("the disk", () => {
  it("resolves links, and leaves a path alone where nothing is", async () => {
    const folder = await localDisk.realPath(await temporaryFolder());
    await writeFile(join(folder, "file"), "");
    await symlink("file", join(folder, "link"));
    expect(await localDisk.realPath(join(folder, "link"))).toBe(join(folder, "file"));
    expect(await localDisk.realPath(join(folder, "none"))).toBe(join(folder, "none"));
  });

  it("creates files for their owner only, and never over another one", async () => {
    const path = join(await temporaryFolder(), "file");
    const file = await localDisk.create(path);
    await file.write(bytes("one "));
    await file.write(bytes("two"));
    await file.flush();
    await file.close();
    expect(await readFile(path, "utf8")).toBe("one two");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await expect(localDisk.create(path)).rejects.toEqual(ageError("already-exists", { path }));
  });

  it("gives a free name, and refuses one that is taken, also by a dangling link", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "from"), "content");
    await symlink("nowhere", join(folder, "taken"));
    const [from, taken, free] = [join(folder, "from"), join(folder, "taken"), join(folder, "free")];
    await expect(localDisk.renameToFree(from, taken)).rejects.toEqual(
      ageError("already-exists", { path: taken }),
    );
    await localDisk.renameToFree(from, free);
    expect(await readFile(free, "utf8")).toBe("content");
    await expectNames(folder, "free", "taken");
  });

  it("streams pieces of at most 1 MiB that stay the reader's", async () => {
    const path = join(await temporaryFolder(), "file");
    const content = new Uint8Array(2 ** 21 + 5).map((_, index) => index % 251);
    await writeFile(path, content);
    const pieces: Uint8Array[] = [];
    for await (const piece of localDisk.stream(path)) pieces.push(piece);
    expect(Math.max(...pieces.map(({ length }) => length))).toBe(2 ** 20);
    expect(Buffer.concat(pieces).equals(content)).toBe(true);
  });

  it("reads into buffers whose slices are copies", async () => {
    const path = join(await temporaryFolder(), "file");
    await writeFile(path, "content");
    const content = await localDisk.read(path);
    content.slice(0, 3).fill(0);
    expect(content).toEqual(bytes("content"));
  });

  it("makes folders for their owner only and lists what is in them", async () => {
    const folder = await temporaryFolder();
    await localDisk.createFolder(join(folder, "a", "b"));
    expect((await stat(join(folder, "a", "b"))).mode & 0o777).toBe(0o700);
    await localDisk.createFolder(join(folder, "a"));
    await symlink("a", join(folder, "link"));
    await writeFile(join(folder, "file"), "");
    const entries = await localDisk.list(folder);
    expect(Object.fromEntries(entries.map(({ name, kind }) => [name, kind]))).toEqual({
      ...{ a: "folder", link: "other", file: "file" },
    });
    await localDisk.flushFolder(folder);
  });

  it("removes a link, not what it leads to, and no folder", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "");
    await link(join(folder, "file"), join(folder, "second"));
    await symlink("file", join(folder, "link"));
    await localDisk.remove(join(folder, "link"));
    await localDisk.remove(join(folder, "second"));
    await mkdir(join(folder, "sub"));
    await expect(localDisk.remove(join(folder, "sub"))).rejects.toMatchObject({ name: "AgeError" });
    await expectNames(folder, "file", "sub");
  });

  it("says what is missing, what is a folder and what is not permitted", async () => {
    const folder = await temporaryFolder();
    const none = join(folder, "none");
    await expect(localDisk.read(none)).rejects.toEqual(ageError("not-found", { path: none }));
    await expect(localDisk.read(folder)).rejects.toEqual(ageError("not-found", { path: folder }));
    await expect(localDisk.stream(none).next()).rejects.toMatchObject({ code: "not-found" });
    await writeFile(none, "", { mode: 0 });
    await chmod(none, 0);
    // Root may read everything.
    if (process.getuid?.() === 0) return;
    await expect(localDisk.read(none)).rejects.toEqual(ageError("no-permission", { path: none }));
  });
});

describe("a file by its descriptor", () => {
  it("is read from its beginning, as often as wanted, and its facts are those of the path", async () => {
    const path = join(await temporaryFolder(), "file");
    await writeFile(path, "content");
    const file = await localDisk.openForReading(path);
    for (let turn = 0; turn < 2; turn++) {
      const pieces: Uint8Array[] = [];
      for await (const piece of file.stream()) pieces.push(piece);
      expect(Buffer.concat(pieces).toString()).toBe("content");
    }
    expect(file.facts.version).toBe((await localDisk.facts(path))?.version);
    await writeFile(path, "longer content");
    expect(await file.size()).toBe(14);
    expect(file.facts.size).toBe(7);
    await file.close();
  });

  it("has another version after each change, if only its times or names changed", async () => {
    const path = join(await temporaryFolder(), "file");
    const versions: string[] = [];
    const note = async () => void versions.push((await localDisk.facts(path))?.version ?? "");
    const writing = [
      () => writeFile(path, "content"),
      () => writeFile(path, "CONTENT"),
      () => utimes(path, 1, 1),
      () => chmod(path, 0o600),
      () => link(path, `${path}2`),
    ];
    for (const write of writing) {
      await write();
      await note();
    }
    expect(new Set(versions).size).toBe(writing.length);
  });

  it.each(["pipe", "folder", "device"])("is none where a %s is, and nobody waits", async (what) => {
    const path = what === "device" ? "/dev/null" : join(await temporaryFolder(), "special");
    if (what === "pipe") execFileSync("mkfifo", [path]);
    if (what === "folder") await mkdir(path);
    await expect(localDisk.openForReading(path)).rejects.toEqual(ageError("not-found", { path }));
    if (what === "device") return;
    await expect(localDisk.openPartial(path, [0o600])).rejects.toEqual(
      ageError("no-permission", { path }),
    );
  });

  it("is new, for its owner only, and never in the place of something", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "partial");
    const file = await localDisk.createPartial(path);
    expect(file.facts.size).toBe(0);
    await file.flush();
    await file.close();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await symlink("nowhere", join(folder, "link"));
    for (const taken of [path, join(folder, "link")]) {
      await expect(localDisk.createPartial(taken)).rejects.toEqual(
        ageError("already-exists", { path: taken }),
      );
    }
    await expectNames(folder, "link", "partial");
  });

  it.each([0o600, 0o644])("is opened again with mode %o, which becomes 0600", async (mode) => {
    const path = join(await temporaryFolder(), "partial");
    expect(await localDisk.openPartial(path, [0o600])).toBeNull();
    await writeFile(path, "content");
    await chmod(path, mode);
    const file = await localDisk.openPartial(path, [0o600, 0o644]);
    expect(file?.facts.size).toBe(7);
    await file?.close();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("is at its own name, not at another's or a link's", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "partial");
    const file = await localDisk.createPartial(path);
    const other = join(folder, "other");
    await symlink(path, other);
    expect([await file.isAt(path), await file.isAt(other)]).toEqual([true, false]);
    await rename(path, other);
    await writeFile(path, "");
    expect([await file.isAt(path), await file.isAt(other)]).toEqual([false, true]);
    await rm(path);
    expect(await file.isAt(path)).toBe(false);
    await file.close();
  });

  it.each([
    ["EPERM", null],
    ["ENOTSUP", null],
    ["EIO", "write-failed"],
  ])("whose modes fail with %s is opened, or closed: %s", async (errno, code) => {
    const path = join(await temporaryFolder(), "partial");
    await writeFile(path, "", { mode: 0o600 });
    const handle = await open(path);
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    const failure = Object.assign(new Error("for a test"), { code: errno });
    const handles: FileHandle[] = [];
    const chmod = vi.spyOn(prototype, "chmod").mockImplementation(function (this: FileHandle) {
      handles.push(this);
      return Promise.reject(failure);
    });
    onTestFinished(() => {
      chmod.mockRestore();
    });
    const end = await localDisk.openPartial(path, [0o600]).catch((error: unknown) => error);
    if (code === null) await (end as DescribedFile).close();
    else expect(end).toMatchObject({ code });
    expect(handles.map(({ fd }) => fd)).toEqual([-1]);
  });

  type Foreign = [what: string, make: (path: string) => Promise<unknown>];
  const foreign: Foreign[] = [
    ["has another mode", (path) => chmod(path, 0o640)],
    ["has a second name", (path) => link(path, `${path}2`)],
    ["is a link", (path) => rename(path, `${path}2`).then(() => symlink("partial2", path))],
  ];
  it.each(foreign)("is not opened again where it %s", async (_what, make) => {
    const path = join(await temporaryFolder(), "partial");
    await writeFile(path, "content", { mode: 0o600 });
    await make(path);
    await expect(localDisk.openPartial(path, [0o600])).rejects.toEqual(
      ageError("no-permission", { path }),
    );
    expect(await readFile(path, "utf8")).toBe("content");
  });

  it("of somebody else is not opened", async (context) => {
    if (process.getuid?.() !== 0) context.skip("only root can give a file away");
    const path = join(await temporaryFolder(), "partial");
    await writeFile(path, "content", { mode: 0o600 });
    await chown(path, 1234, 1234);
    await expect(localDisk.openPartial(path, [0o600])).rejects.toMatchObject({
      code: "no-permission",
    });
  });
});

describe("free space", () => {
  it("is told with the file system that it is on", async () => {
    const folder = await temporaryFolder();
    const [one, same] = [await localDisk.freeSpace(folder), await localDisk.freeSpace(folder)];
    expect(one?.bytes).toBeGreaterThan(0);
    expect(same?.device).toBe(one?.device);
  });

  it("is not known where there is nothing, nor where the file system does not count", async () => {
    expect(await localDisk.freeSpace(join(await temporaryFolder(), "none"))).toBeNull();
    if (process.platform === "linux") expect(await localDisk.freeSpace("/proc")).toBeNull();
  });
});
