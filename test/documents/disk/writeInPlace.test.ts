import { execFileSync } from "node:child_process";
import { chmod, link, readFile, rename, stat, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { decryptFile } from "../../../src/documents/files/decryptFile";
import type { RewritableFile } from "../../../src/documents/disk/disk";
import { localDisk } from "../../../src/documents/disk/localDisk";
import {
  ageFile,
  alice,
  bytes,
  decrypted,
  desk,
  type DeskOptions,
  diskFull,
  expectNames,
  text,
} from "../kit";
import { observedDisk, type Effect } from "../observedDisk";
import { shown, silent } from "../operations";
import { silentDocuments } from "../silentDocuments";

/** Makes a desk with documents and a file a.age, whose text is "old". */
async function opened(options: DeskOptions = {}) {
  const at = await desk(options);
  const path = await at.encrypted("a.age", "old");
  const documents = silentDocuments(at.context);
  const save = (plaintext: string) => documents.write(path, bytes(plaintext), "when changed");
  return { ...at, path, documents, save };
}

/** Does the same, gives the file another name and opens it. */
async function linked(options: DeskOptions = {}) {
  const at = await opened(options);
  const other = join(at.folder, "other.age");
  await link(at.path, other);
  await at.documents.read(at.path, "ask");
  return { ...at, other };
}

describe.runIf(process.platform !== "win32")("a file with two names", () => {
  it("is asked about, and dismissed nothing is written", async () => {
    const { save, other, path, prompts, folder } = await linked();
    prompts.ways = ["cancel"];
    await expect(save("new")).rejects.toMatchObject({ code: "dismissed" });
    expect(prompts.asked).toEqual([{ kind: "many names", others: 1 }]);
    for (const name of [path, other]) expect(await decrypted(name, alice)).toBe("old");
    await expectNames(folder, "a.age", "other.age");
  });

  it("is replaced under one name; the other one keeps the old version, and asks no more", async () => {
    const { save, other, path, prompts, folder } = await linked();
    prompts.ways = ["rename"];
    await save("new");
    expect(await decrypted(path, alice)).toBe("new");
    expect(await decrypted(other, alice)).toBe("old");
    await save("newer");
    expect(prompts.kinds).toEqual(["many names"]);
    await expectNames(folder, "a.age", "other.age");
  });

  it("is written in place under both, longer and shorter", async () => {
    const { save, other, path, prompts, folder } = await linked();
    const { ino } = await stat(path);
    for (const plaintext of ["longer ".repeat(1000), "short"]) {
      prompts.ways = ["in place"];
      await save(plaintext);
      for (const name of [path, other]) {
        expect(await decrypted(name, alice)).toBe(plaintext);
        expect((await stat(name)).ino).toBe(ino);
      }
    }
    await expectNames(folder, "a.age", "other.age");
  });

  it("has no other names where killed writes of ours left them", async () => {
    const { save, path, folder, documents } = await opened();
    const hex = "ab".repeat(12);
    for (const kind of ["candidate", "replaced"]) {
      await link(path, `${folder}/.a.age.${hex}.cage-${kind}`);
    }
    await documents.read(path, "ask");
    await save("new");
    expect(await decrypted(path, alice)).toBe("new");
    await expectNames(folder, "a.age");
  });
});

describe.runIf(process.platform !== "win32")("a write in place", () => {
  it.each(["create", "write", "flush", "openForRewriting", "rewrite"] as const)(
    "that fails at %s leaves the old version under both names",
    async (step) => {
      let isArmed = false;
      const before = ({ name, path }: Effect) => {
        if (!isArmed || name !== step || path.includes("cage-candidate")) return;
        isArmed = false;
        throw diskFull(path);
      };
      const at = await linked({ disk: observedDisk(localDisk, { before }) });
      at.prompts.ways = ["in place"];
      isArmed = true;
      await expect(at.save("new")).rejects.toMatchObject({ code: "disk-full" });
      for (const name of [at.path, at.other]) expect(await decrypted(name, alice)).toBe("old");
      expect(at.prompts.notices).toEqual([]);
      await expectNames(at.folder, "a.age", "other.age");
    },
  );

  it("that fails for good leaves the old version beside it, and tells", async () => {
    const openForRewriting = async (path: string): Promise<RewritableFile> => ({
      ...(await localDisk.openForRewriting(path)),
      rewrite: async () => {
        await writeFile(path, "half");
        throw new AgeError("write-failed", "for a test", { path });
      },
    });
    const at = await linked({ disk: { ...localDisk, openForRewriting } });
    at.prompts.ways = ["in place"];
    await expect(at.save("new")).rejects.toMatchObject({ code: "write-failed" });
    const [notice] = at.prompts.notices;
    if (notice?.kind !== "not put back") throw new Error("nobody was told");
    expect(await decrypted(notice.copy, alice)).toBe("old");
  });

  it("is never of a version that nobody agreed on", async () => {
    let isArmed = false;
    const after = async ({ name, path }: Effect) => {
      if (!isArmed || name !== "create" || !path.endsWith("cage-kept")) return;
      isArmed = false;
      await writeFile(at.path, await ageFile("they"));
    };
    const at = await linked({ disk: observedDisk(localDisk, { after }) });
    at.prompts.ways = ["in place"];
    at.prompts.choices = ["cancel"];
    isArmed = true;
    await expect(at.save("new")).rejects.toMatchObject({ code: "changed-on-disk" });
    expect(at.prompts.kinds).toEqual(["many names", "changed"]);
    expect(await decrypted(at.path, alice)).toBe("they");
    await expectNames(at.folder, "a.age", "other.age");
  });

  it("that was killed shows the old version when the mixture is opened", async () => {
    const at = await opened();
    const whole = await readFile(at.path);
    await writeFile(at.path, whole.subarray(0, -1));
    const kept = join(at.folder, `.a.age.${"ab".repeat(12)}.cage-kept`);
    await writeFile(kept, whole);
    const failure: unknown = await at.documents
      .read(at.path, "ask")
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "corrupt-payload", facts: { path: at.path } });
    const [copy = "", ...others] = (await localDisk.list(at.folder)).flatMap(({ name }) =>
      name.includes("conflict") ? [name] : [],
    );
    expect(others).toEqual([]);
    expect((failure as AgeError).message).toContain(copy);
    expect(await decrypted(join(at.folder, copy), alice)).toBe("old");
    await expectNames(at.folder, "a.age", copy);
  });

  it("is refused where another program took the name, and both names keep the old version", async () => {
    let isArmed = false;
    const before = async ({ name }: Effect) => {
      if (!isArmed || name !== "rewrite") return;
      isArmed = false;
      await writeFile(`${at.path}.tmp`, await ageFile("they"));
      await rename(`${at.path}.tmp`, at.path);
    };
    const at = await linked({ disk: observedDisk(localDisk, { before }) });
    at.prompts.ways = ["in place"];
    at.prompts.choices = ["cancel"];
    isArmed = true;
    await expect(at.save("new")).rejects.toMatchObject({ code: "changed-on-disk" });
    expect(await decrypted(at.path, alice)).toBe("they");
    expect(await decrypted(at.other, alice)).toBe("old");
    await expectNames(at.folder, "a.age", "other.age");
  });

  it("keeps what another program writes into the file in that moment", async () => {
    let isArmed = false;
    const after = async ({ name }: Effect) => {
      if (!isArmed || name !== "rewrite") return;
      isArmed = false;
      await writeFile(at.path, "theirs");
    };
    const at = await linked({ disk: observedDisk(localDisk, { after }) });
    at.prompts.ways = ["in place"];
    isArmed = true;
    await expect(at.save("new")).rejects.toMatchObject({ code: "unverified-candidate" });
    const [notice] = at.prompts.notices;
    if (notice?.kind !== "conflict copy") throw new Error("nobody was told");
    expect(await readFile(notice.copy, "utf8")).toBe("theirs");
    expect(await decrypted(at.path, alice)).toBe("old");
  });

  it("of plaintext lets nobody read it who may not", async () => {
    const at = await desk();
    const source = await at.encrypted("a.age", "secret");
    const target = await at.put("a", "old");
    await link(target, at.path("b"));
    await chmod(target, 0o666);
    at.prompts.ways = ["in place"];
    const decryption = { source, target, existing: await shown(target) };
    await decryptFile(decryption, at.context, silent);
    expect(await readFile(at.path("b"), "utf8")).toBe("secret");
    expect((await stat(target)).mode & 0o777).toBe(0o600);
  });

  it("that was killed shows the old version with the next one", async () => {
    const at = await opened();
    const kept = `.a.age.${"ab".repeat(12)}.cage-kept`;
    await writeFile(`${at.folder}/${kept}`, await ageFile("before"));
    await at.documents.read(at.path, "ask");
    await at.save("new");
    const copies = (await localDisk.list(at.folder)).map(({ name }) => name);
    expect(copies).toEqual(
      expect.arrayContaining([expect.stringMatching(/^a\.conflict-.*\.age$/)]),
    );
    expect(copies).not.toContain(kept);
  });
});

describe.runIf(canMount())("a file that is mounted by itself", () => {
  async function mounted() {
    const at = await desk();
    const outside = await at.encrypted("outside.age", "old");
    const path = await at.put("a.age", "");
    execFileSync("mount", ["--bind", outside, path]);
    onTestFinished(() => void execFileSync("umount", [path]));
    const documents = silentDocuments(at.context);
    await documents.read(path, "ask");
    const save = (plaintext: string) => documents.write(path, bytes(plaintext), "when changed");
    return { ...at, outside, path, save };
  }

  it("is written in place once that is agreed on", async () => {
    const { outside, path, save, prompts, folder } = await mounted();
    prompts.mounts = ["in place"];
    await save("new");
    expect(prompts.kinds).toEqual(["mounted alone"]);
    for (const name of [path, outside]) expect(await decrypted(name, alice)).toBe("new");
    await expectNames(folder, "a.age", "outside.age");
  });

  it("is left as it is otherwise", async () => {
    const { path, save, prompts, folder } = await mounted();
    const before = await readFile(path);
    prompts.mounts = ["cancel"];
    await expect(save("new")).rejects.toMatchObject({ code: "dismissed" });
    expect(text(await readFile(path))).toBe(text(before));
    await expectNames(folder, "a.age", "outside.age");
  });
});

/** Tells whether the tests may mount on this machine: in a container, even root may not. */
function canMount(): boolean {
  if (process.platform !== "linux" || userInfo().uid !== 0) return false;
  try {
    execFileSync("unshare", ["--mount", "mount", "--bind", "/etc/hostname", "/etc/hostname"], {
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
}
