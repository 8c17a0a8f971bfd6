import { chmod, link, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { localDisk } from "../../src/documents/disk/localDisk";
import { createEncryptedFile } from "../../src/documents/files/createEncryptedFile";
import { decryptFile } from "../../src/documents/files/decryptFile";
import { encryptFile } from "../../src/documents/files/encryptFile";
import { plaintextOf } from "../age/kit";
import * as kit from "./kit";
import { ageError, ageFile, alice, bob, bytes, decrypted, desk, nameOf } from "./kit";
import { observedDisk, type Effect } from "./observedDisk";
import { forAlice, shown, silent } from "./operations";
import { silentDocuments } from "./silentDocuments";

const MiB = 2 ** 20;

describe("encrypting a file", () => {
  it.each(["binary", "armored"] as const)(
    "and decrypting it gives it back (%s)",
    async (format) => {
      const at = await desk();
      const content = plaintextOf(5 * MiB + 7);
      const source = await at.put("zwei Wörter.bin", content);
      const report = await encryptFile(forAlice(source, { format }), at.context, silent);
      expect(report).toMatchObject({
        report: { operation: "encrypt", bytes: 5 * MiB + 7, resumedBytes: 0 },
        startedAnew: null,
        readBack: "not asked for",
      });
      const back = { source: `${source}.age`, target: at.path("back"), existing: "keep" } as const;
      expect((await decryptFile(back, at.context, silent)).report.bytes).toBe(5 * MiB + 7);
      expect((await readFile(at.path("back"))).equals(content)).toBe(true);
      expect((await readFile(source)).equals(content)).toBe(true);
      expect((await stat(at.path("back"))).mode & 0o777).toBe(0o600);
    },
  );

  it("gives the encrypted file the mode of the source", async () => {
    const at = await desk();
    const source = at.path("a");
    await writeFile(source, "text", { mode: 0o640 });
    await encryptFile(forAlice(source), at.context, silent);
    expect((await stat(`${source}.age`)).mode & 0o777).toBe(0o640);
  });

  it("tells how far it is, up to the end", async () => {
    const at = await desk();
    const source = await at.put("a", plaintextOf(3 * MiB));
    const seen: [number, number][] = [];
    await encryptFile(forAlice(source), at.context, (...progress) => void seen.push(progress));
    expect(seen.at(-1)).toEqual([3 * MiB, 3 * MiB]);
    expect(seen.every(([done], index) => done > (seen[index - 1]?.[0] ?? 0))).toBe(true);
  });

  it("remembers whom for, so that the first save asks nothing", async () => {
    const at = await desk();
    const source = await at.put("a", "text");
    const recipients = [alice.recipient, bob.recipient];
    const named = [{ text: nameOf(alice) }, { text: nameOf(bob) }];
    await encryptFile(forAlice(source, { recipients, named }), at.context, silent);
    const documents = silentDocuments(at.context);
    await documents.read(`${source}.age`, "ask");
    await documents.write(`${source}.age`, bytes("new"), "when changed");
    expect(at.prompts.asked).toEqual([]);
    expect(await decrypted(`${source}.age`, bob)).toBe("new");
  });

  it.each([
    ["compared", "to oneself", [alice], [alice]],
    ["compared", "with an identity that lies on the machine", [alice], []],
    ["no identity at hand", "to others only", [bob], [alice]],
  ] as const)("%s when it is read back, %s", async (readBack, _what, people, identities) => {
    const at = await desk();
    const source = await at.put("a", plaintextOf(200_000));
    const progress: number[] = [];
    const encryption = forAlice(source, {
      ...{ recipients: people.map(({ recipient }) => recipient), identities },
      readBack: "compare with the source",
    });
    const outcome = await encryptFile(encryption, at.context, (done) => void progress.push(done));
    expect(outcome.readBack).toBe(readBack);
    expect(progress.at(-1)).toBe(readBack === "compared" ? 400_000 : 200_000);
    const isRising = progress.every((done, index) => done >= (progress[index - 1] ?? 0));
    expect(isRising).toBe(true);
  });

  it("for a passphrase is read back with that one, not with one that is remembered", async () => {
    const at = await desk();
    const source = await at.put("a", "text");
    at.keyring.rememberPassphrase(`${source}.age`, bytes("old"));
    const encryption = forAlice(source, {
      ...{ recipients: [kit.passphrase("new")], named: null, identities: [kit.answering("new")] },
      readBack: "compare with the source",
    });
    expect((await encryptFile(encryption, at.context, silent)).readBack).toBe("compared");
    expect(await decrypted(`${source}.age`, "new")).toBe("text");
  });

  it("of which something else is read back leaves nothing", async () => {
    const at = await desk();
    const source = await at.put("a", plaintextOf(70_000));
    const after = async ({ name, path }: Effect) => {
      if (name === "flush") await writeFile(path, (await readFile(path)).with(-1, 0));
    };
    const context = { ...at.context, disk: observedDisk(localDisk, { after }) };
    const encryption = forAlice(source, { readBack: "compare with the source" });
    await expect(encryptFile(encryption, context, silent)).rejects.toMatchObject({
      code: "unverified-candidate",
    });
    await kit.expectNames(at.folder, "a");
  });

  it("never passes set-id bits on", async () => {
    const at = await desk();
    const source = await at.put("a", "text");
    await chmod(source, 0o6755);
    await encryptFile(forAlice(source), at.context, silent);
    expect((await stat(`${source}.age`)).mode & 0o7777).toBe(0o755);
  });

  it("for others only is written all the same", async () => {
    const at = await desk();
    const source = await at.put("a", "text");
    const recipients = [bob.recipient];
    await encryptFile(forAlice(source, { recipients }), at.context, silent);
    expect(await decrypted(`${source}.age`, bob)).toBe("text");
  });

  it("holds only a few MiB of it in memory, in both directions", async () => {
    const at = await desk();
    const size = 64 * MiB;
    const source = await at.put("a", new Uint8Array(size));
    let peak = 0;
    const before = process.memoryUsage().arrayBuffers;
    const look = (): void => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
    };
    await encryptFile(forAlice(source), at.context, look);
    const back = { source: `${source}.age`, target: at.path("back"), existing: "keep" } as const;
    await decryptFile(back, at.context, look);
    expect((await stat(at.path("back"))).size).toBe(size);
    // Used buffers may wait for the garbage collector; all of them would have 128 MiB.
    expect(peak).toBeLessThan(56 * MiB);
  });
});

describe("a new encrypted file", () => {
  it("is empty and for its owner only", async () => {
    const at = await desk();
    const target = at.path("new.age");
    await createEncryptedFile({ ...forAlice("x"), target }, at.context);
    expect(await decrypted(target, alice)).toBe("");
    expect((await stat(target)).mode & 0o777).toBe(0o600);
    await expect(createEncryptedFile({ ...forAlice("x"), target }, at.context)).rejects.toEqual(
      ageError("already-exists", { path: target }),
    );
  });
});

describe("a target", () => {
  it("that exists is kept, or replaced if that was agreed", async () => {
    const at = await desk();
    const source = await at.put("a", "text");
    const target = await at.put("a.age", "mine");
    await expect(encryptFile(forAlice(source), at.context, silent)).rejects.toEqual(
      ageError("already-exists", { path: target }),
    );
    expect(await readFile(target, "utf8")).toBe("mine");
    await encryptFile(forAlice(source, { existing: await shown(target) }), at.context, silent);
    const back = await at.put("back", "mine");
    const decryption = { source: target, target: back } as const;
    await expect(
      decryptFile({ ...decryption, existing: "keep" }, at.context, silent),
    ).rejects.toEqual(ageError("already-exists", { path: back }));
    await decryptFile({ ...decryption, existing: await shown(back) }, at.context, silent);
    expect(await readFile(back, "utf8")).toBe("text");
    expect((await stat(back)).mode & 0o777).toBe(0o600);
    await kit.expectNames(at.folder, "a", "a.age", "back");
  });

  it.each(["itself", "a symbolic link to it"])("is not the source, as %s", async (how) => {
    const at = await desk();
    const source = await at.put("a", "text");
    await symlink("a", at.path("link"));
    const target = how === "itself" ? source : at.path("link");
    const failure = ageError("already-exists", { path: target });
    const replacing = forAlice(source, { target, existing: await shown(source) });
    await expect(encryptFile(replacing, at.context, silent)).rejects.toEqual(failure);
    await writeFile(source, await ageFile("text"));
    const decryption = { source, target, existing: await shown(source) };
    await expect(decryptFile(decryption, at.context, silent)).rejects.toEqual(failure);
    expect(await decrypted(source, alice)).toBe("text");
  });

  it("that is a hard link to the source leaves the source alone", async () => {
    const at = await desk();
    const source = await at.put("a", "text");
    await link(source, at.path("a.age"));
    await encryptFile(forAlice(source, { existing: await shown(source) }), at.context, silent);
    expect(await readFile(source, "utf8")).toBe("text");
    expect(await decrypted(at.path("a.age"), alice)).toBe("text");
  });
});

describe("a source", () => {
  it("that is a folder or nothing is refused", async () => {
    const at = await desk();
    for (const source of [at.folder, at.path("none")]) {
      const target = at.path("target");
      const failure = ageError("not-found", { path: source });
      const encryption = forAlice(source, { target });
      await expect(encryptFile(encryption, at.context, silent)).rejects.toEqual(failure);
      await expect(
        decryptFile({ source, target, existing: "keep" }, at.context, silent),
      ).rejects.toEqual(failure);
    }
    await kit.expectNames(at.folder);
  });

  it.each(["createPartial", "flush", "claim"] as const)(
    "that changes at %s is refused",
    async (step) => {
      const at = await desk();
      const source = await at.put("a", plaintextOf(2 * MiB));
      const after = async ({ name }: Effect) => {
        if (name === step) await writeFile(source, plaintextOf(2 * MiB));
      };
      const context = { ...at.context, disk: observedDisk(localDisk, { after }) };
      await expect(encryptFile(forAlice(source), context, silent)).rejects.toEqual(
        ageError("changed-on-disk", { path: source }),
      );
      await kit.expectNames(at.folder, "a");
    },
  );

  it("that is cut short or flipped anywhere leaves nothing decrypted", async () => {
    const at = await desk();
    const whole = await ageFile(plaintextOf(200_000));
    for (const cut of [50, 250, 66_000, 131_500, whole.length - 1]) {
      const source = await at.put("cut.age", whole.subarray(0, cut));
      const target = at.path("cut");
      await expect(
        decryptFile({ source, target, existing: "keep" }, at.context, silent),
      ).rejects.toMatchObject({ name: "AgeError" });
      await writeFile(source, whole.with(cut, (whole[cut] ?? 0) ^ 1));
      await expect(
        decryptFile({ source, target, existing: "keep" }, at.context, silent),
      ).rejects.toMatchObject({ name: "AgeError" });
      await kit.expectNames(at.folder, "cut.age");
    }
  });

  it("that nobody here can read, or whose passphrase is dismissed, is closed again", async () => {
    const at = await desk();
    const open: string[] = [];
    const note = ({ name, path }: Effect) => {
      if (name === "openForReading") open.push(path);
      if (name === "close") open.splice(open.indexOf(path), 1);
    };
    const context = { ...at.context, disk: observedDisk(localDisk, { after: note }) };
    const source = await at.encrypted("b.age", "x".repeat(3 * MiB), bob);
    const decryption = { source, target: at.path("out"), existing: "keep" } as const;
    await expect(decryptFile(decryption, context, silent)).rejects.toMatchObject({
      code: "no-identity-match",
    });
    await at.encrypted("b.age", "x".repeat(3 * MiB), kit.passphrase("right"));
    at.prompts.passphrases = [null];
    await expect(decryptFile(decryption, context, silent)).rejects.toMatchObject({
      code: "dismissed",
    });
    expect(open).toEqual([]);
    await kit.expectNames(at.folder, "b.age");
  });

  it.each(["pipe", "socket"])("that is a %s is refused, and not waited for", async (what) => {
    const at = await desk();
    const source = at.path("special");
    if (what === "pipe") execFileSync("mkfifo", [source]);
    else {
      const server = createServer().listen(source);
      onTestFinished(() => void server.close());
      await once(server, "listening");
    }
    const target = at.path("target");
    const failure = ageError("not-found", { path: source });
    await expect(encryptFile(forAlice(source, { target }), at.context, silent)).rejects.toEqual(
      failure,
    );
    const decryption = { source, target, existing: "keep" } as const;
    await expect(decryptFile(decryption, at.context, silent)).rejects.toEqual(failure);
  });
});
