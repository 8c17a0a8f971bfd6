import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { AgeError } from "../../src/age/errors";
import { runBatch } from "../../src/documents/files/runBatch";
import { planBatch, sawAnew } from "../../src/documents/files/planBatch";
import { localDisk } from "../../src/documents/disk/localDisk";
import { encryptFile } from "../../src/documents/files/encryptFile";
import type { HeldIdentity } from "../../src/documents/files/heldIdentity";
import * as kit from "./kit";
import { desk } from "./kit";
import { observedDisk, type Effect } from "./observedDisk";
import { forAlice } from "./operations";

describe("a plan", () => {
  it("leaves out what holds an identity by content, in folders, and reads a file once", async () => {
    const at = await desk();
    await mkdir(at.path("d"));
    await writeFile(at.path("d/a"), "text");
    await writeFile(at.path("d/notes"), `# mine\n${kit.text(kit.alice.encode())}\n`);
    await writeFile(at.path("d/plugin"), "AGE-PLUGIN-SE-1QQQQQQQQ\n");
    await writeFile(at.path("d/ssh"), "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n");
    await writeFile(
      at.path("d/sealed"),
      await kit.ageFile("x".repeat(20), kit.passphrase("words")),
    );
    const opened: string[] = [];
    const before = ({ name, path }: Effect) => {
      if (name === "openForReading") opened.push(basename(path));
    };
    const disk = observedDisk(localDisk, { before });
    const facts = { recipients: 1, format: "binary", identitiesSeen: new Map() } as const;
    const skipped = [
      { path: at.path("d/notes"), reason: "with an identity inside" },
      { path: at.path("d/plugin"), reason: "with an identity inside" },
      {
        path: at.path("d/sealed"),
        reason: "encrypted with a passphrase, so an identity may be inside",
      },
      { path: at.path("d/ssh"), reason: "with an identity inside" },
    ];
    for (let times = 0; times < 2; times++) {
      const plan = await planBatch("encrypt", [at.path("d")], disk, facts);
      expect(plan.items.map(({ source }) => source)).toEqual([at.path("d/a")]);
      expect(plan.skipped).toEqual(skipped);
      expect(plan.items.map(({ identity }) => identity)).toEqual([null]);
    }
    expect(opened.sort()).toEqual(["a", "notes", "plugin", "sealed", "ssh"]);
    // A user who selects the file itself means it, and is warned.
    const paths = ["d/notes", "d/sealed", "d/a"].map(at.path);
    const { items } = await planBatch("encrypt", paths, localDisk);
    expect(items.map(({ identity }) => identity)).toEqual(["seen", "possible", null]);
    // Decrypted files stay where they are.
    opened.length = 0;
    await planBatch("decrypt", [at.path("d")], disk);
    expect(opened).toEqual([]);
  });

  it("leaves out what can't be read for once, in a folder or not, and looks at it the next time", async () => {
    const at = await desk();
    await mkdir(at.path("d"));
    await at.put("d/keys", kit.alice.encode());
    await at.put("d/a", "text");
    const identitiesSeen = new Map<string, HeldIdentity | null>();
    const facts = { recipients: 1, format: "binary", identitiesSeen } as const;
    let failing = "keys";
    const before = ({ name, path }: Effect) => {
      if (name !== "openForReading" || basename(path) !== failing) return;
      failing = "";
      throw new AgeError("read-failed", "EMFILE", { path });
    };
    const disk = observedDisk(localDisk, { before });
    const plan = () => planBatch("encrypt", [at.path("d")], disk, facts);
    const unread = { path: at.path("d/keys"), reason: "unreadable" };
    expect(await plan()).toMatchObject({ items: [{ source: at.path("d/a") }], skipped: [unread] });
    const held = { path: at.path("d/keys"), reason: "with an identity inside" };
    expect(await plan()).toMatchObject({ items: [{ source: at.path("d/a") }], skipped: [held] });
    failing = "keys";
    identitiesSeen.clear();
    expect(await planBatch("encrypt", [at.path("d/keys")], disk, facts)).toMatchObject({
      ...{ items: [], skipped: [unread] },
    });
  });

  it("leaves out every hidden file of Cage", async () => {
    const at = await desk();
    const kinds = ["candidate", "partial", "replaced", "kept", "claim"] as const;
    const names = kinds.map((kind) => `.a.${"ab".repeat(12)}.cage-${kind}`).sort();
    for (const name of names) await at.put(name, "hidden");
    for (const operation of ["encrypt", "decrypt"] as const) {
      const { items, skipped } = await planBatch(operation, [at.folder], localDisk);
      expect(items).toEqual([]);
      const reason = "unfinished work of Cage";
      expect(skipped).toEqual(names.map((name) => ({ path: at.path(name), reason })));
    }
  });

  it("stops in the midst of a folder", async () => {
    const at = await desk();
    for (const name of ["a", "b", "c"]) await at.put(`${name}.age`, "");
    const abort = new AbortController();
    const looked: string[] = [];
    const before = ({ name, path }: Effect) => {
      if (name !== "entry" || !path.endsWith(".age")) return;
      looked.push(basename(path));
      abort.abort();
    };
    const disk = observedDisk(localDisk, { before });
    const plan = planBatch("decrypt", [at.folder], disk, undefined, abort.signal);
    await expect(plan).rejects.toMatchObject({ name: "AbortError" });
    expect(looked).toEqual(["a.age"]);
  });

  it("looks at a source again that Cage has had saved itself, and at no other one", async () => {
    const at = await desk();
    await mkdir(at.path("d"));
    for (const name of ["d/a", "d/b", "d/c"]) await writeFile(at.path(name), name);
    const { items } = await planBatch("encrypt", [at.path("d")], localDisk);
    for (const name of ["d/a", "d/b"]) {
      await writeFile(at.path("new"), "another file");
      await rename(at.path("new"), at.path(name));
    }
    await rm(at.path("d/c"));
    await symlink("b", at.path("d/c"));
    const anew = await sawAnew(items, [at.path("d/a"), at.path("d/c")], localDisk);
    expect(anew.map((item, index) => item.seen.id === items[index]?.seen.id)).toEqual([
      ...[false, true, true],
    ]);
    expect(anew[0]?.size).toBe("another file".length);
    const existing = "keep" as const;
    const { done, failed } = await runBatch(
      { operation: "encrypt", items: anew, skipped: [], bytes: 0, lacks: [] },
      (item, onProgress) => {
        const { source, target, seen } = item;
        return encryptFile(forAlice(source, { target, seen, existing }), at.context, onProgress);
      },
      () => undefined,
    );
    expect(done.map(({ source }) => basename(source))).toEqual(["a"]);
    expect(failed).toMatchObject([
      { error: { code: "changed-on-disk" } },
      { error: { code: "changed-on-disk" } },
    ]);
  });
});
