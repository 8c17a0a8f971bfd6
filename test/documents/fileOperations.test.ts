import { link, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { localDisk } from "../../src/documents/disk";
import { Documents } from "../../src/documents/documents";
import {
  createEncryptedFile,
  decryptFile,
  encryptFile,
  type Encryption,
} from "../../src/documents/fileOperations";
import { plaintextOf } from "../age/kit";
import * as kit from "./kit";
import { ageError, ageFile, alice, bob, bytes, decrypted, desk, diskFull, nameOf } from "./kit";
import { observedDisk, type Effect } from "./observedDisk";

const silent = (): void => undefined;
const MiB = 2 ** 20;

function forAlice(source: string, facts: Partial<Encryption> = {}): Encryption {
  return {
    source,
    target: `${source}.age`,
    existing: "keep",
    recipients: [alice.recipient],
    named: [{ text: nameOf(alice) }],
    format: "binary",
    identities: [alice],
    ...facts,
  };
}

describe("encrypting a file", () => {
  it.each(["binary", "armored"] as const)(
    "and decrypting it gives it back (%s)",
    async (format) => {
      const at = await desk();
      const content = plaintextOf(5 * MiB + 7);
      const source = await at.put("zwei Wörter.bin", content);
      const report = await encryptFile(forAlice(source, { format }), at.context, silent);
      expect(report).toMatchObject({
        operation: "encrypt",
        strategy: "native",
        bytes: 5 * MiB + 7,
      });
      const back = { source: `${source}.age`, target: at.path("back"), existing: "keep" } as const;
      expect(await decryptFile(back, at.context, silent)).toMatchObject({ bytes: 5 * MiB + 7 });
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
    const documents = new Documents(
      at.context,
      () => undefined,
      () => null,
    );
    await documents.read(`${source}.age`, "ask");
    await documents.write(`${source}.age`, bytes("new"), "when changed");
    expect(at.prompts.asked).toEqual([]);
    expect(await decrypted(`${source}.age`, bob)).toBe("new");
  });

  it("for others only is verified by its bytes", async () => {
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
    // What was used up may wait for the garbage collector; all of it would be 128 MiB.
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
    await encryptFile(forAlice(source, { existing: "replace" }), at.context, silent);
    const back = await at.put("back", "mine");
    const decryption = { source: target, target: back } as const;
    await expect(
      decryptFile({ ...decryption, existing: "keep" }, at.context, silent),
    ).rejects.toEqual(ageError("already-exists", { path: back }));
    await decryptFile({ ...decryption, existing: "replace" }, at.context, silent);
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
    const replacing = forAlice(source, { target, existing: "replace" });
    await expect(encryptFile(replacing, at.context, silent)).rejects.toEqual(failure);
    await writeFile(source, await ageFile("text"));
    const decryption = { source, target, existing: "replace" } as const;
    await expect(decryptFile(decryption, at.context, silent)).rejects.toEqual(failure);
    expect(await decrypted(source, alice)).toBe("text");
  });

  it("that is a hard link to the source leaves the source alone", async () => {
    const at = await desk();
    const source = await at.put("a", "text");
    await link(source, at.path("a.age"));
    await encryptFile(forAlice(source, { existing: "replace" }), at.context, silent);
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

  it.each(["write", "flush", "setMode"] as const)("that changes at %s is refused", async (step) => {
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
  });

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
    const disk: typeof localDisk = {
      ...localDisk,
      async *stream(path, signal) {
        open.push(path);
        try {
          yield* localDisk.stream(path, signal);
        } finally {
          open.pop();
        }
      },
    };
    const target = at.path("out");
    const context = { ...at.context, disk };
    const source = await at.encrypted("b.age", "x".repeat(3 * MiB), bob);
    const decryption = { source, target, existing: "keep" } as const;
    await expect(decryptFile(decryption, context, silent)).rejects.toMatchObject({
      code: "no-identity-match",
    });
    await at.encrypted("b.age", "x".repeat(3 * MiB), kit.passphrase("right"));
    at.prompts.passphrases = [null];
    await expect(decryptFile(decryption, context, silent)).rejects.toMatchObject({
      code: "dismissed",
    });
    expect(open).toEqual([]);
  });
});

describe("an operation that ends early", () => {
  const size = 5 * 65_536;

  it.each(["encrypting", "decrypting"])(
    "leaves nothing, aborted at any chunk of %s",
    async (what) => {
      const at = await desk();
      const source = await at.put("source", plaintextOf(size));
      await at.put("source.age", await ageFile(plaintextOf(size)));
      const target = { target: at.path("target"), existing: "keep" } as const;
      /** Runs the operation, aborted after the n-th write, and returns how it failed. */
      const failure = async (chunk: number): Promise<unknown> => {
        const abort = new AbortController();
        let writes = 0;
        const after = ({ name }: Effect) => {
          if (name === "write" && ++writes === chunk) abort.abort();
        };
        const context = { ...at.context, disk: observedDisk(localDisk, { after }) };
        const decryption = { source: at.path("source.age"), ...target };
        const run =
          what === "encrypting"
            ? encryptFile(forAlice(source, target), context, silent, abort.signal)
            : decryptFile(decryption, context, silent, abort.signal);
        return run.then(
          () => null,
          (thrown: unknown) => thrown,
        );
      };
      let chunk = 1;
      for (let error = await failure(chunk); error !== null; error = await failure(++chunk)) {
        expect(error).toMatchObject({ name: "AbortError" });
        await kit.expectNames(at.folder, "source", "source.age");
      }
      // Encrypting writes the header and the nonce before the chunks.
      expect(chunk).toBe(what === "encrypting" ? 8 : 6);
      await kit.expectNames(at.folder, "source", "source.age", "target");
    },
  );

  it.each(["create", "write", "flush", "rename", "renameToFree"] as const)(
    "by a full disk at %s leaves nothing",
    async (step) => {
      const at = await desk();
      const before = ({ name, path }: Effect) => {
        if (name === step) throw diskFull(path);
      };
      const context = { ...at.context, disk: observedDisk(localDisk, { before }) };
      const source = await at.put("a", "text");
      const cipher = await at.encrypted("c.age", "text");
      const existing = step === "rename" ? "replace" : "keep";
      await expect(
        encryptFile(forAlice(source, { existing }), context, silent),
      ).rejects.toMatchObject({ code: "disk-full" });
      await expect(
        decryptFile({ source: cipher, target: at.path("d"), existing }, context, silent),
      ).rejects.toMatchObject({ code: "disk-full" });
      await kit.expectNames(at.folder, "a", "c.age");
    },
  );

  it("because what was read back is wrong leaves nothing", async () => {
    const at = await desk();
    const after = async ({ name, path }: Effect) => {
      if (name === "flush") await writeFile(path, (await readFile(path)).subarray(0, -1));
    };
    const context = { ...at.context, disk: observedDisk(localDisk, { after }) };
    const source = await at.put("a", "text");
    const cipher = await at.encrypted("c.age", "text");
    const failure = { code: "unverified-candidate" };
    await expect(encryptFile(forAlice(source), context, silent)).rejects.toMatchObject(failure);
    await expect(
      decryptFile({ source: cipher, target: at.path("d"), existing: "keep" }, context, silent),
    ).rejects.toMatchObject(failure);
    await kit.expectNames(at.folder, "a", "c.age");
  });
});
