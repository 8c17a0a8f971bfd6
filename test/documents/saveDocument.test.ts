import {
  chmod,
  chown,
  lstat,
  readFile,
  rm,
  stat,
  symlink,
  unlink,
  writeFile,
} from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { AgeError } from "../../src/age/errors";
import { readAgeFile } from "../../src/age/age";
import type { Disk } from "../../src/documents/disk/disk";
import { localDisk } from "../../src/documents/disk/localDisk";
import * as kit from "./kit";
import { ageError, ageFile, alice, bytes, decrypted, desk, diskFull, passphrase } from "./kit";
import { observedDisk, type Effect } from "./observedDisk";
import { silentDocuments } from "./silentDocuments";

/** Opens the file a.age at a desk. */
async function opened(
  plaintext: string,
  to: Parameters<typeof kit.ageFile>[1][] = [],
  disk?: Disk,
) {
  const at = await desk(disk === undefined ? {} : { disk });
  const path = await at.encrypted("a.age", plaintext, ...to);
  const documents = silentDocuments(at.context);
  at.prompts.passphrases = ["right"];
  await documents.read(path, "ask");
  return { ...at, file: path, documents };
}

describe("text that did not change", () => {
  it.each([
    ["binary", "text", []],
    ["armored", "text", ["armored" as const]],
    ["empty", "", []],
    ["a passphrase", "text", [passphrase("right")]],
  ])("leaves the file as it is: %s", async (_what, plaintext, to) => {
    const { documents, file, folder } = await opened(plaintext, to);
    const before = [await readFile(file), await stat(file, { bigint: true })] as const;
    expect((await documents.write(file, bytes(plaintext), "when changed")).kind).toBe("untouched");
    const after = await stat(file, { bigint: true });
    expect((await readFile(file)).equals(before[0])).toBe(true);
    expect([after.mtimeNs, after.ino, after.ctimeNs]).toEqual([
      before[1].mtimeNs,
      before[1].ino,
      before[1].ctimeNs,
    ]);
    await kit.expectNames(folder, "a.age");
  });

  it("is written anew when the user wants it re-encrypted", async () => {
    const { documents, file } = await opened("text");
    const before = await readFile(file);
    expect((await documents.write(file, bytes("text"), "always")).kind).toBe("written");
    expect((await readFile(file)).equals(before)).toBe(false);
  });
});

describe("a save", () => {
  it.each([
    ["text", "new"],
    ["nothing", ""],
    ["CRLF and a BOM", "\uFEFFa: 1\r\nb: 2\r\n"],
    ["no newline at the end", "a\nb"],
    ["a chunk and a byte", "x".repeat(65_537)],
  ])("writes exactly what it is given: %s", async (_what, plaintext) => {
    const { documents, file, folder } = await opened("old");
    await documents.write(file, bytes(plaintext), "when changed");
    expect(await decrypted(file, alice)).toBe(plaintext);
    await kit.expectNames(folder, "a.age");
  });

  it("writes bytes that are no text", async () => {
    const { documents, file } = await opened("old");
    const binary = Uint8Array.from({ length: 512 }, (_, index) => index);
    await documents.write(file, binary, "when changed");
    documents.forget(file);
    expect(await documents.read(file, "ask")).toEqual(binary);
  });

  it("has a file key of its own each time", async () => {
    const { documents, file } = await opened("old");
    const headers: string[] = [];
    for (let i = 0; i < 3; i++) {
      await documents.write(file, bytes("the same"), "always");
      const { header } = await readAgeFile([await readFile(file)]);
      headers.push(...header.stanzas.flatMap(({ args, body }) => [...args, kit.text(body)]));
      headers.push(kit.text(header.mac));
    }
    expect(new Set(headers).size).toBe(headers.length);
  });

  it.each(["binary", "armored"] as const)("keeps the format: %s", async (format) => {
    const { documents, file } = await opened("old", [format]);
    await documents.write(file, bytes("new"), "when changed");
    const start = format === "binary" ? "age-encryption.org/v1\n" : "-----BEGIN AGE ENCRYPTED";
    expect((await readFile(file, "latin1")).startsWith(start)).toBe(true);
    expect(await decrypted(file, alice)).toBe("new");
  });

  it.each([0o600, 0o640, 0o664, 0o444])("keeps the mode: %o", async (mode) => {
    const { documents, file } = await opened("old");
    await chmod(file, mode);
    await documents.write(file, bytes("new"), "when changed");
    expect((await stat(file)).mode & 0o7777).toBe(mode);
  });

  it.runIf(process.getuid?.() === 0)("keeps the owner, as root", async () => {
    const { documents, file } = await opened("old");
    await chown(file, 4321, 5432);
    await documents.write(file, bytes("new"), "when changed");
    expect(await stat(file)).toMatchObject({ uid: 4321, gid: 5432 });
  });

  it("keeps a symbolic link, and replaces what it leads to", async () => {
    const { documents, file, path } = await opened("old");
    await symlink("a.age", path("link.age"));
    await documents.read(path("link.age"), "ask");
    await documents.write(path("link.age"), bytes("new"), "when changed");
    expect((await lstat(path("link.age"))).isSymbolicLink()).toBe(true);
    expect(await decrypted(file, alice)).toBe("new");
  });

  it("keeps the passphrase, though Cage was locked or the time was over meanwhile", async () => {
    const { documents, file, keyring, prompts } = await opened("old", [passphrase("right")]);
    keyring.lock();
    prompts.passphrases = ["wrong", "right"];
    const saved = await documents.write(file, bytes("new"), "when changed");
    expect(saved.kind === "written" && saved.document.stanzaTypes).toEqual(["scrypt"]);
    expect(await decrypted(file, "right")).toBe("new");
    expect(prompts.kinds).toEqual(["passphrase", "passphrase", "passphrase"]);
    keyring.lock();
    prompts.passphrases = [null];
    const written = await readFile(file);
    await expect(documents.write(file, bytes("newer"), "when changed")).rejects.toMatchObject({
      code: "dismissed",
    });
    expect((await readFile(file)).equals(written)).toBe(true);
  });

  it("works while an identity that it reads back with is wiped", async () => {
    const at = await desk({ identities: [] });
    at.keyring.rememberIdentities("/locked.key", [kit.carol]);
    const path = await at.encrypted("a.age", "old", kit.carol);
    const lockAtFlush = ({ name }: Effect) => {
      if (name === "flush") at.keyring.lock();
    };
    const disk = observedDisk(localDisk, { after: lockAtFlush });
    const documents = silentDocuments({ ...at.context, disk });
    const spare = await ageFile("spare", kit.carol);
    await documents.read(path, "ask");
    expect((await documents.write(path, bytes("new"), "when changed")).kind).toBe("written");
    expect((await readFile(path)).equals(spare)).toBe(false);
    // The recipient is known without the key, so a save can do without a question while locked.
    expect((await documents.write(path, bytes("newer"), "when changed")).kind).toBe("written");
    expect(at.prompts.asked).toEqual([]);
  });
});

describe("a candidate that is not right", () => {
  async function damaged(damage: (content: Buffer) => Uint8Array) {
    const after = async ({ name, path }: Effect) => {
      if (name === "flush") await writeFile(path, damage(await readFile(path)));
    };
    return opened("old", [], observedDisk(localDisk, { after }));
  }
  it.each<[string, (content: Buffer) => Uint8Array]>([
    ["of which a bit flipped", (content) => content.with(-1, (content.at(-1) ?? 0) ^ 1)],
    ["that is cut short", (content) => content.subarray(0, -1)],
    ["that is empty", () => new Uint8Array()],
  ])("%s is not put in the file's place", async (_what, damage) => {
    const { documents, file, folder } = await damaged(damage);
    await expect(documents.write(file, bytes("new"), "when changed")).rejects.toMatchObject({
      code: "unverified-candidate",
    });
    expect(await decrypted(file, alice)).toBe("old");
    await kit.expectNames(folder, "a.age");
  });

  it("is noticed by its bytes where nobody here could read it", async () => {
    const { documents, file, put, prompts } = await damaged((content) => content.subarray(0, -1));
    await put(".age-recipients", `${kit.nameOf(kit.bob)}\n`);
    prompts.agreements = [true];
    await expect(documents.write(file, bytes("new"), "when changed")).rejects.toMatchObject({
      code: "unverified-candidate",
    });
    expect(await decrypted(file, alice)).toBe("old");
  });

  it("because it holds another text is not put in the file's place", async () => {
    const at = await opened("old");
    const real = at.context.strategyFor(at.file);
    const strategy: typeof real = {
      ...real,
      encrypt: (job) => real.encrypt({ ...job, input: { kind: "memory", bytes: bytes("other") } }),
    };
    const documents = silentDocuments({ ...at.context, strategyFor: () => strategy });
    await documents.read(at.file, "ask");
    await expect(documents.write(at.file, bytes("new"), "when changed")).rejects.toMatchObject({
      code: "unverified-candidate",
    });
    expect(await decrypted(at.file, alice)).toBe("old");
  });
});

describe("a save that fails", () => {
  const failures: [AgeError["code"], Effect["name"]][] = [
    ["disk-full", "create"],
    ["disk-full", "write"],
    ["disk-full", "flush"],
    ["no-permission", "create"],
    ["no-permission", "rename"],
    ["read-failed", "read"],
  ];
  it.each(failures)(
    "by %s at the step %s leaves the old file, and works later",
    async (...what) => {
      const [code, step] = what;
      let isBroken = false;
      const before = ({ name, path }: Effect) => {
        if (isBroken && name === step) throw new AgeError(code, "x", { path });
      };
      const { documents, file, folder } = await opened(
        "old",
        [],
        observedDisk(localDisk, { before }),
      );
      isBroken = true;
      await expect(documents.write(file, bytes("new"), "when changed")).rejects.toMatchObject({
        code,
      });
      expect(await decrypted(file, alice)).toBe("old");
      await kit.expectNames(folder, "a.age");
      isBroken = false;
      expect((await documents.write(file, bytes("new"), "when changed")).kind).toBe("written");
    },
  );

  it("leaves a candidate behind at worst, if even that cannot be removed", async () => {
    const before = ({ name, path }: Effect) => {
      if (name === "flush" || name === "remove") throw diskFull(path);
    };
    const { documents, file } = await opened("old", [], observedDisk(localDisk, { before }));
    await expect(documents.write(file, bytes("new"), "when changed")).rejects.toMatchObject({
      code: "disk-full",
    });
    expect(await decrypted(file, alice)).toBe("old");
  });

  it("because the folder vanished says so", async () => {
    const { documents, file, folder, prompts } = await opened("old");
    await unlink(file);
    await rm(folder, { recursive: true });
    prompts.choices = ["overwrite"];
    await expect(documents.write(file, bytes("new"), "when changed")).rejects.toMatchObject({
      code: "not-found",
    });
  });

  it("because it was cancelled leaves the old file", async () => {
    const abort = new AbortController();
    const after = ({ name }: Effect) => {
      if (name === "write") abort.abort();
    };
    const { documents, file, folder } = await opened("old", [], observedDisk(localDisk, { after }));
    await expect(documents.write(file, bytes("new"), "when changed", abort.signal)).rejects.toThrow(
      "abort",
    );
    expect(await decrypted(file, alice)).toBe("old");
    await kit.expectNames(folder, "a.age");
  });

  it("never holds the text in its error", async () => {
    const canary = "canary-7f3a";
    const before = ({ name, path }: Effect) => {
      if (name === "rename") throw diskFull(path);
    };
    const { documents, file } = await opened("old", [], observedDisk(localDisk, { before }));
    const error: unknown = await documents
      .write(file, bytes(canary), "when changed")
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(JSON.stringify(error) + String(error)).not.toContain(canary);
  });
});

it("cannot save a file that is gone and was never read", async () => {
  const at = await desk();
  const documents = silentDocuments(at.context);
  const path = at.path("none.age");
  await expect(documents.write(path, bytes("new"), "when changed")).rejects.toEqual(
    ageError("not-found", { path }),
  );
  expect(at.prompts.asked).toEqual([]);
});
