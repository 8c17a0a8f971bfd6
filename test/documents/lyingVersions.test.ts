import {
  chmod,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/age/primitives";
import { openVerified, type SoundVersion } from "../../src/documents/versions/keptVersions";
import { localDisk } from "../../src/documents/disk/localDisk";
import { parseRetention, type Retention } from "../../src/documents/versions/retention";
import { alice, decrypted } from "./kit";
import { manifestOf, textsOf, versionDesk, type VersionDesk } from "./versionKit";

const read = (path: string) => decrypted(path, alice);
const rule = (words: string): Retention => parseRetention(words) ?? { kind: "none" };

const facts = { change: "kept version" };

describe("a version that can't be kept", () => {
  it("is told, and the save goes on", async () => {
    const at = await versionDesk("keep_all");
    const path = await at.encrypted("a.age", "one");
    at.rules.folder = await at.put("not-a-folder", "");
    await at.save(path, "two");
    expect(await read(path)).toBe("two");
    expect(at.notKept.map((one) => one.path)).toEqual([path]);
    at.rules.folder = "backup";
    await at.save(path, "three");
    expect(await read(path)).toBe("three");
    expect(at.notKept.at(-1)).toEqual({ path, code: "not-found" });
  });

  it("is one above the bound", async () => {
    const at = await versionDesk("keep_all");
    const path = await at.encrypted("a.age", "one");
    at.rules.maxBytes = (await stat(path)).size - 1;
    await at.save(path, "two");
    expect(at.notKept).toEqual([{ path, code: "too-large" }]);
    expect(await at.kept()).toEqual([]);
    at.rules.maxBytes = (await stat(path)).size;
    await at.save(path, "three");
    expect(await textsOf(at, path, read)).toEqual(["two"]);
  });

  it.each<[string, (at: VersionDesk) => string | Promise<string>]>([
    ["", ({ root }) => root],
    ["in a folder with a slash at its end, ", ({ root }) => `${root}/`],
    [
      "in a folder behind a link, ",
      async ({ root, path }) => {
        await mkdir(root);
        await symlink(root, path("link"));
        return path("link");
      },
    ],
  ])("is, %sone of a kept version itself", async (_where, folderIn) => {
    const at = await versionDesk("keep_all");
    const path = await at.encrypted("a.age", "one");
    at.rules.folder = await folderIn(at);
    await at.save(path, "two");
    const [version] = await at.store.versionsOf(path);
    await at.save(version?.path ?? "", "spoilt");
    expect(await at.kept()).toHaveLength(2);
  });

  it("is one whose folder is a link to elsewhere", async () => {
    const at = await versionDesk("keep_all");
    const path = await at.encrypted("a.age", "one");
    await at.save(path, "two");
    const folder = dirname((await at.store.versionsOf(path))[0]?.path ?? "");
    await rename(folder, at.path("elsewhere"));
    await symlink(at.path("elsewhere"), folder);
    await at.save(path, "three");
    expect(at.notKept).toEqual([{ path, code: "no-permission" }]);
    expect(await read(path)).toBe("three");
    await expect(at.store.versionsOf(path)).rejects.toMatchObject({ code: "no-permission" });
    at.rules.maxBytes = 1;
    await at.store.prune();
    expect(await read(at.path("elsewhere/000001-a.age"))).toBe("one");
  });
});

describe("a folder of versions that lies", () => {
  async function lying() {
    const at = await versionDesk("keep_all");
    const path = await at.encrypted("a.age", "one");
    await at.save(path, "two", "three");
    const versions = await at.store.versionsOf(path);
    const [first = "", second = ""] = versions.map((version) => version.path);
    const change = async (change: Record<string, unknown>) => {
      const changed = JSON.stringify({ ...(await manifestOf(first)), ...change });
      await writeFile(first.replace(/-[^/]*$/, ".json"), changed);
    };
    const faults = async () => (await at.store.versionsOf(path)).map(({ fault }) => fault);
    return { ...at, at, path, first, second, change, faults };
  }

  it.each([
    ["another file's path", { path: "/etc/passwd" }, "its manifest is about another file"],
    ["a path elsewhere", { path: "/etc/a.age" }, "its manifest is about another file"],
    ["a path with ..", { path: "/x/../etc/passwd" }, "it has no manifest that can be read"],
    ["a relative path", { path: "a.age" }, "it has no manifest that can be read"],
    ["another size", { size: 7 }, "its size is not what its manifest says"],
    ["a size that is none", { size: -1 }, "it has no manifest that can be read"],
    ["a digest that is none", { sha256: "../../x" }, "it has no manifest that can be read"],
    ["another version", { version: 2 }, "it has no manifest that can be read"],
    [
      "stanzas that are none",
      { stanzas: ["X25519\u001b[31m"] },
      "it has no manifest that can be read",
    ],
    ["a time that is none", { replaced: "yesterday" }, "it has no manifest that can be read"],
    ["a cause that is none", { replacedBy: "rm -rf" }, "it has no manifest that can be read"],
    [
      "names with controls",
      { recipients: [{ text: "age1q", name: "\n" }] },
      "it has no manifest that can be read",
    ],
  ])("by %s is told, and its other versions stay", async (_what, change, fault) => {
    const { change: lie, faults } = await lying();
    await lie(change);
    expect(await faults()).toEqual([fault, null]);
  });

  it("by a digest is found out before its bytes are used", async () => {
    const { change, at, path } = await lying();
    await change({ sha256: "0".repeat(64) });
    const [version] = await at.store.versionsOf(path);
    const opening = openVerified(version as SoundVersion, localDisk);
    await expect(opening).rejects.toMatchObject({ code: "changed-on-disk", facts });
  });

  it("by other kinds of keys, or by what is no age file, is found out as well", async () => {
    const { change, at, path, first } = await lying();
    const open = async () => {
      const [version] = await at.store.versionsOf(path);
      await (await openVerified(version as SoundVersion, localDisk)).close();
    };
    await open();
    await change({ stanzas: ["X25519", "X25519"] });
    await expect(open()).rejects.toMatchObject({ code: "changed-on-disk", facts });
    await writeFile(first, "no age file");
    await change({ size: 11, sha256: sha256Hex(Buffer.from("no age file")) });
    await expect(open()).rejects.toMatchObject({ code: "not-age" });
  });

  it("by a link is told, and what it leads to is neither read nor removed", async () => {
    const { at, first, faults, root } = await lying();
    const elsewhere = await at.encrypted("elsewhere.age", "elsewhere");
    await rm(first);
    await symlink(elsewhere, first);
    expect((await faults())[0]).toBe("it is not a file of yours that can be read");
    at.rules.maxBytes = 1;
    await at.store.prune();
    expect(await read(elsewhere)).toBe("elsewhere");
    await mkdir(join(root, "..", "x"));
    await symlink(join(root, "..", "x"), join(root, "0".repeat(32)));
    await at.store.prune();
    expect(await at.store.allVersions()).toHaveLength(2);
  });

  it("by a manifest that is a link, a folder or far too long is told", async () => {
    const { at, first, faults } = await lying();
    const manifest = first.replace(/-[^/]*$/, ".json");
    const found: unknown[] = [];
    const text = await readFile(manifest);
    await rename(manifest, at.path("manifest"));
    await symlink(at.path("manifest"), manifest);
    found.push((await faults())[0]);
    await rm(manifest);
    await mkdir(manifest);
    found.push((await faults())[0]);
    await rm(manifest, { recursive: true });
    await writeFile(manifest, Buffer.concat([text, Buffer.alloc(2e6, " ")]));
    found.push((await faults())[0]);
    expect(found).toEqual(Array(3).fill("it has no manifest that can be read"));
  });

  it("counts for no rule with what can't be restored, which makes room first", async () => {
    const { at, path, change, second } = await lying();
    await change({ size: 1 });
    at.rules.retention = rule("keep_last:1");
    await at.store.prune();
    expect(await at.store.versionsOf(path)).toHaveLength(2);
    at.rules.maxBytes = (await stat(second)).size;
    await at.store.prune();
    expect((await at.store.versionsOf(path)).map((version) => version.path)).toEqual([second]);
  });

  it("keeps what others put into it", async () => {
    const { at, root, first } = await lying();
    const own = ["notes.txt", "1-a.age", "0000001-a.age"].map((name) => join(dirname(first), name));
    for (const file of [...own, join(root, "notes.txt")]) await writeFile(file, "notes");
    at.rules.maxBytes = 1;
    await at.store.prune();
    for (const file of own) expect(await readFile(file, "utf8")).toBe("notes");
  });

  it("keeps what others have under names like its own", async () => {
    const { at, root } = await lying();
    const other = join(root, "0123456789abcdef".repeat(2));
    await mkdir(other);
    const names = ["20261128-a.jpg", "20261128.json", "20261129.json"];
    for (const name of names) await writeFile(join(other, name), "of somebody else");
    at.rules.maxBytes = 1;
    await at.store.prune();
    expect(await readdir(other)).toEqual(names);
  });

  it("is not read where it can't be", async () => {
    const { at, path, second } = await lying();
    await chmod(second, 0);
    const isRoot = process.getuid?.() === 0;
    const [, version] = await at.store.versionsOf(path);
    expect(version?.fault).toBe(isRoot ? null : "it is not a file of yours that can be read");
  });
});
