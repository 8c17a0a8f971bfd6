import {
  lstat,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AgeError } from "../../../src/age/errors";
import type { Disk } from "../../../src/documents/disk/disk";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { isCandidateName } from "../../../src/documents/disk/hiddenNames";
import { versionOfFacts } from "../../../src/documents/disk/replacedVersion";
import { replaceFile, type Replacement } from "../../../src/documents/disk/replaceFile";
import { ageError, bytes, diskFull, expectNames, temporaryFolder, ScriptedPrompts } from "../kit";
import { observedDisk, type Effect } from "../observedDisk";

const random = (length: number) => new Uint8Array(length).fill(0xab);
const hex = "ab".repeat(12);

async function replace(
  path: string,
  facts: Partial<Replacement> = {},
  disk: Disk = localDisk,
  signal?: AbortSignal,
): Promise<void> {
  const target = await localDisk.realPath(path);
  const replacement: Replacement = {
    content: [bytes("new "), bytes("content")],
    kind: "ciphertext",
    replaces: await versionAt(target),
    rightsOf: null,
    atMost: 0o7777,
    random,
    verify: () => Promise.resolve(),
    confirmUnchanged: () => Promise.resolve(),
    prompts: new ScriptedPrompts(),
    keeper: null,
    ...facts,
  };
  await replaceFile(disk, target, replacement, signal);
}

/** Returns the version at a path; null if there is none. */
async function versionAt(path: string): Promise<Replacement["replaces"]> {
  const facts = await localDisk.facts(path);
  return facts === null ? null : versionOfFacts(facts.version);
}

async function oldFile(name = "file.age"): Promise<{ folder: string; path: string }> {
  const folder = await temporaryFolder();
  const path = join(folder, name);
  await writeFile(path, "old", { mode: 0o640 });
  return { folder, path };
}

describe("replacing a file", () => {
  it("takes these steps in this order", async () => {
    const { path } = await oldFile();
    const steps: string[] = [];
    const note = ({ name }: Pick<Effect, "name">) => void steps.push(name);
    const noted = (name: Effect["name"]) => (): Promise<void> => {
      note({ name });
      return Promise.resolve();
    };
    const [verify, confirmUnchanged] = [noted("read"), noted("realPath")];
    await replace(path, { verify, confirmUnchanged }, observedDisk(localDisk, { before: note }));
    expect(steps.slice(0, 20)).toEqual([
      ...["create", "write", "write", "flush", "read"],
      // From the claim on no other Cage writes. The facts show whether the file has other names.
      ...["claim", "facts", "realPath"],
      // The old version gets a second name, is compared, and passes its rights on.
      ...["link", "openForReading", "look", "copyRights", "isAt", "isAt", "rename"],
      // Both versions are checked once more.
      ...["look", "remove", "flushFolder", "isAt"],
      "close",
    ]);
    expect(await readFile(path, "utf8")).toBe("new content");
  });

  it("keeps the mode, and is 0600 until the new version is verified", async () => {
    const { path } = await oldFile();
    const modes: number[] = [];
    const look = async (candidate: string) => void modes.push((await stat(candidate)).mode & 0o777);
    await replace(path, { verify: look });
    expect(modes).toEqual([0o600]);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  it("keeps a symbolic link and writes beside its target", async () => {
    const { folder, path } = await oldFile();
    await mkdir(join(folder, "links"));
    const link = join(folder, "links", "link.age");
    await symlink("../file.age", link);
    let beside = "";
    const verify = (candidate: string) => Promise.resolve(void (beside = candidate));
    await replace(link, { verify });
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(path, "utf8")).toBe("new content");
    expect(beside).toBe(join(folder, `.file.age.${hex}.cage-candidate`));
    await expectNames(join(folder, "links"), "link.age");
  });

  it("refuses symbolic links that lead in a circle", async () => {
    const folder = await temporaryFolder();
    await symlink("b.age", join(folder, "a.age"));
    await symlink("a.age", join(folder, "b.age"));
    const path = join(folder, "a.age");
    await expect(localDisk.facts(path)).rejects.toEqual(ageError("unusable-path", { path }));
    await expect(replace(path, { replaces: null })).rejects.toEqual(
      ageError("unusable-path", { path }),
    );
    await expectNames(folder, "a.age", "b.age");
  });

  it.each([
    ["of 255 bytes", `${"n".repeat(251)}.age`],
    ["of 255 bytes in two-byte characters", `${"é".repeat(125)}x.age`],
    ["cut within a character of two units", `${"a".repeat(38)}𝄞𝄞.age`],
    ["with spaces, quotes and other scripts", "two 'words' \"秘密\" é.age"],
    ["that begins with a dot", ".age"],
  ])("works with a name %s", async (_what, name) => {
    const { folder, path } = await oldFile(name);
    await replace(path);
    expect(await readFile(path, "utf8")).toBe("new content");
    await expectNames(folder, name);
  });

  it("leaves alone what already has the candidate's name", async () => {
    const { folder, path } = await oldFile();
    const taken = `.file.age.${hex}.cage-candidate`;
    await writeFile(join(folder, taken), "somebody's");
    await expect(replace(path)).rejects.toMatchObject({ code: "already-exists" });
    expect(await readFile(join(folder, taken), "utf8")).toBe("somebody's");
    expect(await readFile(path, "utf8")).toBe("old");
  });

  it("does not follow a symbolic link that has the candidate's name", async () => {
    const { folder, path } = await oldFile();
    await symlink("victim", join(folder, `.file.age.${hex}.cage-candidate`));
    await expect(replace(path)).rejects.toMatchObject({ code: "already-exists" });
    await expectNames(folder, "file.age", `.file.age.${hex}.cage-candidate`);
  });

  it("never replaces a file that is to be kept, even one that comes at the last moment", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "file.age");
    const confirmUnchanged = () => writeFile(path, "quicker");
    await expect(replace(path, { replaces: null, confirmUnchanged })).rejects.toEqual(
      ageError("already-exists", { path }),
    );
    expect(await readFile(path, "utf8")).toBe("quicker");
    await expectNames(folder, "file.age");
  });

  it("refuses a folder in the file's place", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "file.age"));
    await expect(replace(join(folder, "file.age"), { replaces: null })).rejects.toThrow(AgeError);
    await expectNames(folder, "file.age");
  });

  it("stops when its signal is aborted, before the rename", async () => {
    const { folder, path } = await oldFile();
    const abort = new AbortController();
    const verify = () => {
      abort.abort();
      return Promise.resolve();
    };
    await expect(replace(path, { verify }, localDisk, abort.signal)).rejects.toThrow("abort");
    expect(await readFile(path, "utf8")).toBe("old");
    await expectNames(folder, "file.age");
  });

  it("counts as done once the new version has its name", async () => {
    const { path } = await oldFile();
    const before = ({ name }: Effect) => {
      if (["flushFolder", "close", "list"].includes(name)) throw diskFull(path);
    };
    await replace(path, {}, observedDisk(localDisk, { before }));
    expect(await readFile(path, "utf8")).toBe("new content");
  });
});

describe("a disk that fails", () => {
  const steps = ["create", "write", "flush", "claim", "link", "copyRights", "rename"] as const;
  it.each(steps)("at the step %s leaves the old file and nothing else", async (step) => {
    const { folder, path } = await oldFile();
    const fail = ({ name }: Effect) => {
      if (name === step) throw diskFull(path);
    };
    await expect(replace(path, {}, observedDisk(localDisk, { before: fail }))).rejects.toEqual(
      ageError("disk-full", { path }),
    );
    expect(await readFile(path, "utf8")).toBe("old");
    await expectNames(folder, "file.age");
  });

  it("and does not tell whose the candidate is leaves it, and the old file", async () => {
    const { folder, path } = await oldFile();
    const fail = ({ name }: Effect) => {
      if (name === "isAt") throw diskFull(path);
    };
    await expect(replace(path, {}, observedDisk(localDisk, { before: fail }))).rejects.toEqual(
      ageError("disk-full", { path }),
    );
    expect(await readFile(path, "utf8")).toBe("old");
    await expectNames(folder, "file.age", `.file.age.${hex}.cage-candidate`);
  });

  it("or lets another program swap the candidate changes nothing of what that leads to", async () => {
    const { folder, path } = await oldFile();
    const other = join(folder, "other");
    await writeFile(other, "other", { mode: 0o600 });
    const before = async ({ name, path: candidate }: Effect) => {
      if (name !== "copyRights") return;
      await rm(candidate);
      await symlink(other, candidate);
    };
    await expect(replace(path, {}, observedDisk(localDisk, { before }))).rejects.toMatchObject({
      code: "changed-on-disk",
    });
    expect((await stat(other)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, "utf8")).toBe("old");
    // The file that has the candidate's name now may not be ours.
    await expectNames(folder, "file.age", "other", `.file.age.${hex}.cage-candidate`);
  });
});

describe("what a killed save left behind", () => {
  const candidate = (name: string, fill: string) => `.${name}.${fill.repeat(24)}.cage-candidate`;

  async function leftover(folder: string, name: string, ageInMinutes: number): Promise<void> {
    const path = join(folder, name);
    await writeFile(path, "leftover");
    const time = Date.now() / 1000 - ageInMinutes * 60;
    await utimes(path, time, time);
  }

  it("is removed by a later save of the same file, after an hour", async () => {
    const { folder, path } = await oldFile();
    const kept = [
      candidate("file.age", "1"),
      candidate("other.age", "2"),
      candidate("other.file.age", "3"),
      ".file.age.cage-candidate",
      `.file.age.${"g".repeat(24)}.cage-candidate`,
      `.file.age.${"4".repeat(24)}.cage-candidate.bak`,
    ];
    for (const [index, name] of kept.entries()) await leftover(folder, name, index === 0 ? 59 : 99);
    await leftover(folder, candidate("file.age", "5"), 61);
    await leftover(folder, candidate("file.age", "6"), 9999);
    await mkdir(join(folder, candidate("file.age", "7")));
    await symlink("file.age", join(folder, candidate("file.age", "8")));
    await replace(path);
    const others = [candidate("file.age", "7"), candidate("file.age", "8")];
    await expectNames(folder, "file.age", ...kept, ...others);
    expect((await readdir(folder)).filter(isCandidateName)).toHaveLength(5);
  });
});
