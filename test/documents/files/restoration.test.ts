import { mkdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { isSoundVersion, type SoundVersion } from "../../../src/documents/versions/keptVersions";
import type { Disk } from "../../../src/documents/disk/disk";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { presentVersion, restoreVersion } from "../../../src/documents/files/restoration";
import { ageFile, alice, bob, decrypted, expectNames } from "../kit";
import { observedDisk, type Effect } from "../observedDisk";
import { textsOf, versionDesk, type VersionDesk } from "../versionKit";

const read = (path: string) => decrypted(path, alice);
const present = (path: string) => presentVersion(path, 1e6, localDisk);

async function oldest({ store }: VersionDesk, path: string): Promise<SoundVersion> {
  const [version] = await store.versionsOf(path);
  if (version === undefined || !isSoundVersion(version)) throw new Error("there is no version");
  return version;
}

async function saved(retention = "keep_all", name = "a.yaml.age") {
  const at = await versionDesk(retention);
  await mkdir(dirname(at.path(name)), { recursive: true });
  const path = await at.encrypted(name, "one");
  const first = await readFile(path);
  await at.save(path, "two", "three");
  return { at, path, first };
}

describe("a restored version", () => {
  it("has its bytes and the file's rights, and what it replaced is a version", async () => {
    const { at, path, first } = await saved();
    const { mode } = await stat(path);
    const before = await readFile(path);
    const version = await oldest(at, path);
    await restoreVersion({ path, version, present: await present(path) }, at.context);
    expect(await readFile(path)).toEqual(first);
    expect((await stat(path)).mode).toBe(mode);
    expect(await textsOf(at, path, read)).toEqual(["one", "two", "three"]);
    const last = (await at.store.versionsOf(path)).at(-1);
    expect(last?.manifest?.replacedBy).toBe("restored version");
    expect(await readFile(last?.path ?? "")).toEqual(before);
    await expectNames(at.folder, "a.yaml.age");
  });

  it("may be the very one that the rule removes afterwards", async () => {
    const { at, path } = await saved("keep_last:2");
    const version = await oldest(at, path);
    await restoreVersion({ path, version, present: await present(path) }, at.context);
    await at.store.settled();
    expect(await read(path)).toBe("one");
    expect(await textsOf(at, path, read)).toEqual(["two", "three"]);
  });

  it("of a file that is gone with its folder is made anew, private", async () => {
    const { at, path, first } = await saved("keep_all", "sub/a.yaml.age");
    const version = await oldest(at, path);
    await rm(dirname(path), { recursive: true });
    const gone = await present(path);
    expect(gone.version).toBeNull();
    await restoreVersion({ path, version, present: gone }, at.context);
    expect(await readFile(path)).toEqual(first);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("replaces what a link leads to, and the link stays", async () => {
    const { at, path } = await saved();
    const linked = at.path("link.age");
    await symlink(path, linked);
    const version = await oldest(at, path);
    await restoreVersion({ path: linked, version, present: await present(linked) }, at.context);
    expect(await read(path)).toBe("one");
    expect((await localDisk.entry(linked))?.kind).toBe("link");
  });

  it("replaces a large file by its facts", async () => {
    const { at, path } = await saved();
    const byFacts = await presentVersion(path, 1, localDisk);
    expect(byFacts.version?.digest).toBeNull();
    await restoreVersion({ path, version: await oldest(at, path), present: byFacts }, at.context);
    expect(await read(path)).toBe("one");
  });
});

describe("nothing is restored", () => {
  const changed = { code: "changed-on-disk" };

  it("over a version that nobody agreed to replace", async () => {
    const { at, path } = await saved();
    const [version, agreed] = [await oldest(at, path), await present(path)];
    await writeFile(path, await ageFile("theirs"));
    const restoring = restoreVersion({ path, version, present: agreed }, at.context);
    await expect(restoring).rejects.toMatchObject(changed);
    expect(await read(path)).toBe("theirs");
    expect(await textsOf(at, path, read)).toEqual(["one", "two"]);
  });

  it("over a file that came where none was", async () => {
    const { at, path } = await saved();
    const version = await oldest(at, path);
    await rm(path);
    const gone = await present(path);
    await writeFile(path, await ageFile("theirs"));
    const restoring = restoreVersion({ path, version, present: gone }, at.context);
    await expect(restoring).rejects.toMatchObject({ code: "already-exists" });
    expect(await read(path)).toBe("theirs");
  });

  it("where a link leads elsewhere by now", async () => {
    const { at, path } = await saved();
    const linked = at.path("link.age");
    await symlink(path, linked);
    const [version, agreed] = [await oldest(at, path), await present(linked)];
    await rm(linked);
    await symlink(await at.encrypted("other.age", "other"), linked);
    const restoring = restoreVersion({ path: linked, version, present: agreed }, at.context);
    await expect(restoring).rejects.toMatchObject(changed);
    expect([await read(path), await read(linked)]).toEqual(["three", "other"]);
  });

  it("where a link led elsewhere already when the user was asked", async () => {
    const { at, path } = await saved();
    const linked = at.path("link.age");
    await symlink(await at.encrypted("other.age", "other"), linked);
    const [version, agreed] = [await oldest(at, path), await present(linked)];
    const restoring = restoreVersion({ path: linked, version, present: agreed }, at.context);
    await expect(restoring).rejects.toMatchObject(changed);
    expect([await read(path), await read(linked)]).toEqual(["three", "other"]);
  });

  it("from a version that was changed since it was kept, even of the same size", async () => {
    const { at, path } = await saved();
    const [version, agreed] = [await oldest(at, path), await present(path)];
    await writeFile(version.path, await ageFile("ONE", bob));
    expect((await oldest(at, path)).fault).toBeNull();
    const restoring = restoreVersion({ path, version, present: agreed }, at.context);
    await expect(restoring).rejects.toMatchObject(changed);
    expect(await read(path)).toBe("three");
  });

  it("from a version that is changed while it is copied", async () => {
    let change = (): Promise<void> => Promise.resolve();
    const before = async ({ name, path }: Effect) => {
      if (name === "create" && path.includes("cage-candidate")) await change();
    };
    const at = await versionDesk("none", { disk: observedDisk(localDisk, { before }) });
    at.rules.retention = { kind: "keep_all" };
    const path = await at.encrypted("a.age", "one");
    await at.save(path, "two");
    const version = await oldest(at, path);
    const other = await ageFile("ONE");
    change = () => writeFile(version.path, other);
    at.rules.retention = { kind: "none" };
    const restoring = restoreVersion({ path, version, present: await present(path) }, at.context);
    await expect(restoring).rejects.toMatchObject({ code: "unverified-candidate" });
    expect(await read(path)).toBe("two");
    await expectNames(at.folder, "a.age");
  });

  it("at a folder", async () => {
    const { at, path } = await saved();
    await rm(path);
    await mkdir(path);
    await expect(present(path)).rejects.toBeInstanceOf(AgeError);
    expect((await at.store.versionsOf(path)).length).toBe(2);
  });
});

describe("the present version", () => {
  /** A disk that opens a file whose bytes it cannot read. */
  const failing: Disk = {
    ...localDisk,
    openForReading: async (...args) => {
      const file = await localDisk.openForReading(...args);
      const fail = (): Promise<never> =>
        Promise.reject(new AgeError("read-failed", "the disk failed (EIO)"));
      const stream = async function* (): AsyncGenerator<Uint8Array> {
        yield await fail();
      };
      return { ...file, stream };
    },
  };

  it("of a large file needs none of its bytes, and that of a small one does", async () => {
    const { at, path } = await saved();
    const { target, version } = await presentVersion(path, 0, failing);
    expect(version).toMatchObject({ digest: null, stanzas: "unreadable" });
    if (version !== null) expect(await at.store.fateOf(target, version)).toBe("unreadable");
    await expect(presentVersion(path, 1e6, failing)).rejects.toMatchObject({ code: "read-failed" });
  });
});
