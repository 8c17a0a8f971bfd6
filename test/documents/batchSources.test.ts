import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { runBatch } from "../../src/documents/batch";
import { planBatch, sawAnew } from "../../src/documents/batchPlan";
import { localDisk } from "../../src/documents/localDisk";
import { encryptFile } from "../../src/documents/encryptFile";
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
    await writeFile(at.path("d/sealed"), await kit.ageFile("x", kit.passphrase("words")));
    const opened: string[] = [];
    const before = ({ name, path }: Effect) => {
      if (name === "openForReading") opened.push(basename(path));
    };
    const disk = observedDisk(localDisk, { before });
    const facts = { recipients: 1, format: "binary", identitiesSeen: new Map() } as const;
    const skipped = [
      { path: at.path("d/notes"), reason: "it holds an identity" },
      { path: at.path("d/plugin"), reason: "it holds an identity" },
      {
        path: at.path("d/sealed"),
        reason: "it may hold an identity, since a passphrase encrypts it",
      },
      { path: at.path("d/ssh"), reason: "it holds an identity" },
    ];
    for (let times = 0; times < 2; times++) {
      const plan = await planBatch("encrypt", [at.path("d")], disk, facts);
      expect(plan.items.map(({ source }) => source)).toEqual([at.path("d/a")]);
      expect(plan.skipped).toEqual(skipped);
      expect(plan.items.map(({ identity }) => identity)).toEqual([null]);
    }
    expect(opened.sort()).toEqual(["a", "notes", "plugin", "sealed", "ssh"]);
    // Who selects the file itself means it, and is warned.
    const paths = ["d/notes", "d/sealed", "d/a"].map(at.path);
    const { items } = await planBatch("encrypt", paths, localDisk);
    expect(items.map(({ identity }) => identity)).toEqual(["seen", "possible", null]);
    // Decrypted files stay where they are.
    opened.length = 0;
    await planBatch("decrypt", [at.path("d")], disk);
    expect(opened).toEqual([]);
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
