import { execFile } from "node:child_process";
import { link, readFile, stat, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../../src/age/primitives";
import { copyEncrypted } from "../../../src/documents/files/copyEncrypted";
import { createEncryptedFile } from "../../../src/documents/files/createEncryptedFile";
import { decryptFile } from "../../../src/documents/files/decryptFile";
import { encryptFile } from "../../../src/documents/files/encryptFile";
import { storeIdentity } from "../../../src/documents/files/storeIdentity";
import { identityFileText } from "../../../src/keys/identityFileText";
import { alice, bob, decrypted, passphrase, text } from "../kit";
import { forAlice, shown, silent } from "../operations";
import { manifestOf, someDay, textsOf, versionDesk, type VersionDesk } from "../versionKit";
import { silentDocuments } from "../silentDocuments";

const read = (path: string) => decrypted(path, alice);

describe("a save", () => {
  it("keeps nothing under none, which is the default", async () => {
    const at = await versionDesk("none");
    const path = await at.encrypted("a.yaml.age", "one");
    await at.save(path, "two");
    expect(await at.kept()).toEqual([]);
    expect(await read(path)).toBe("two");
  });

  it("keeps the version that it replaces, byte for byte, private, with a manifest", async () => {
    const at = await versionDesk("keep_all");
    const path = await at.encrypted("a.yaml.age", "one");
    const before = new Uint8Array(await readFile(path));
    const facts = await stat(path);
    await at.save(path, "two");
    const [version] = await at.store.versionsOf(path);
    expect(version?.fault).toBeNull();
    const kept = version?.path ?? "";
    expect(new Uint8Array(await readFile(kept))).toEqual(before);
    expect(kept).toMatch(/\/[0-9a-f]{32}\/000001-a\.yaml\.age$/);
    for (const one of [kept, join(dirname(kept), "000001.json")]) {
      expect((await stat(one)).mode & 0o777).toBe(0o600);
    }
    for (const folder of [dirname(kept), at.root]) {
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
    }
    expect(await manifestOf(kept)).toEqual({
      about: "A version of an encrypted file, kept by Cage. It is an age file: age -d opens it.",
      ...{ version: 1, file: "000001-a.yaml.age", path, replacedBy: "save" },
      ...{ size: before.length, sha256: sha256Hex(before), stanzas: ["X25519"], recipients: null },
      written: new Date(Math.floor(facts.mtimeMs)).toISOString(),
      replaced: new Date(someDay).toISOString(),
    });
    expect(await at.kept()).toHaveLength(2);
  });

  it("keeps a version that age opens", async ({ skip }) => {
    const age = promisify(execFile);
    const version = await age("age", ["--version"]).catch(() => null);
    if (version === null) skip();
    const at = await versionDesk("keep_all");
    const path = await at.encrypted("a.yaml.age", "one");
    await at.save(path, "two");
    const [kept] = await at.store.versionsOf(path);
    const opened = await age("age", ["-d", "-i", at.identityFiles[0] ?? "", kept?.path ?? ""]);
    expect(opened.stdout).toBe("one");
  });

  it("that changes nothing keeps nothing", async () => {
    const at = await versionDesk("keep_all");
    const path = await at.encrypted("a.age", "one");
    await at.save(path, "one");
    expect(await at.kept()).toEqual([]);
  });

  it("keeps the version under the real path of a link, and of names of any length", async () => {
    const at = await versionDesk("keep_all");
    const name = `${"ä".repeat(120)}.yaml.age`;
    const path = await at.encrypted(name, "one");
    await symlink(path, at.path("link.age"));
    await at.save(at.path("link.age"), "two");
    const [version] = await at.store.versionsOf(path);
    expect(version?.manifest?.path).toBe(path);
    expect(version?.path).toMatch(/ä\.yaml\.age$/);
  });

  it("in place keeps the version as well", async () => {
    const at = await versionDesk("keep_all");
    const path = await at.encrypted("a.age", "one");
    await link(path, at.path("other.age"));
    at.prompts.ways = ["in place"];
    await at.save(path, "two");
    expect(await textsOf(at, path, read)).toEqual(["one"]);
    expect(await read(at.path("other.age"))).toBe("two");
  });
});

describe("every way of writing over an age file keeps it", () => {
  it.each([
    [
      "re-encryption",
      async ({ context }: VersionDesk, path: string) => {
        const documents = silentDocuments(context);
        await documents.reencrypt(path);
      },
    ],
    [
      "encryption",
      async (at: VersionDesk, path: string) => {
        const files = { target: path, existing: await shown(path) };
        await encryptFile(forAlice(await at.put("new", "new"), files), at.context, silent);
      },
    ],
    [
      "new file",
      async (at: VersionDesk, path: string) => {
        const files = { target: path, existing: await shown(path) };
        await createEncryptedFile({ ...forAlice("x"), ...files }, at.context);
      },
    ],
    [
      "copy",
      async (at: VersionDesk, path: string) => {
        const source = await at.encrypted("new.age", "new");
        const { disk, random, keys, versions } = at.context;
        const agreed = await shown(path);
        const keeper = versions.keeper("copy");
        await copyEncrypted(source, path, agreed, disk, random, keys.prompts, keeper);
      },
    ],
    [
      "decryption",
      async (at: VersionDesk, path: string) => {
        const source = await at.encrypted("new.age", "new");
        const files = { source, target: path, existing: await shown(path) };
        await decryptFile(files, at.context, silent);
      },
    ],
  ])("%s", async (cause, write) => {
    const at = await versionDesk("keep_all");
    const path = await at.encrypted(cause === "decryption" ? "target" : "target.age", "old");
    const before = await readFile(path);
    await write(at, path);
    expect(await readFile(path)).not.toEqual(before);
    const [version] = await at.store.versionsOf(path);
    expect(version?.manifest?.replacedBy).toBe(cause);
    expect(await readFile(version?.path ?? "")).toEqual(before);
  });
});

describe("what is no age file is never kept", () => {
  const plain = "PLAINTEXT";
  it.each([
    ["a text", plain],
    ["nothing", ""],
    ["a text that begins as an age file does", `age-encryption.org/v1\n${plain}\n`],
    ["a header without an end", `age-encryption.org/v1\n-> X25519 abc\n${plain}`],
    ["armor around a text", `-----BEGIN AGE ENCRYPTED FILE-----\n${plain}\n`],
    ["another version's file", `age-encryption.org/v2\n-> X ${plain}\n\n--- x\n`],
  ])("%s, replaced by an encrypted file", async (_what, content) => {
    const at = await versionDesk("keep_all");
    const path = await at.put("target.age", content);
    const files = { target: path, existing: await shown(path) };
    await encryptFile(forAlice(await at.put("new", "new"), files), at.context, silent);
    expect(await read(path)).toBe("new");
    expect(await at.kept()).toEqual([]);
    expect(at.notKept).toEqual([]);
  });

  it("a decrypted file, replaced by a decrypted one", async () => {
    const at = await versionDesk("keep_all");
    const path = await at.put("target", plain);
    const source = await at.encrypted("new.age", "new");
    const files = { source, target: path, existing: await shown(path) };
    await decryptFile(files, at.context, silent);
    expect(await at.kept()).toEqual([]);
  });

  it("an identity file that is added to", async () => {
    const at = await versionDesk("keep_all");
    const path = await at.put("keys.txt", alice.encode());
    const { disk, random, keys } = at.context;
    const added = identityFileText(bob, new Date(0));
    await storeIdentity(path, added, "append", disk, random, keys.prompts);
    expect(text(new Uint8Array(await readFile(path)))).toContain(text(bob.encode()));
    expect(await at.kept()).toEqual([]);
  });
});

describe("a version with a passphrase", () => {
  it("is kept like any other", async () => {
    const at = await versionDesk("keep_all");
    const path = await at.encrypted("a.age", "one", passphrase("right"));
    const before = await readFile(path);
    const files = { target: path, existing: await shown(path) };
    await encryptFile(forAlice(await at.put("new", "new"), files), at.context, silent);
    const [version] = await at.store.versionsOf(path);
    expect(version?.manifest?.stanzas).toEqual(["scrypt"]);
    expect(await readFile(version?.path ?? "")).toEqual(before);
  });
});
