import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { ProgramIdentity } from "../../src/age/identity";
import { createEncryptedFile } from "../../src/documents/files/createEncryptedFile";
import { decryptFile } from "../../src/documents/files/decryptFile";
import { encryptFile } from "../../src/documents/files/encryptFile";
import { openDocument } from "../../src/documents/openDocument";
import { saveDocument } from "../../src/documents/saveDocument";
import type { Strategy } from "../../src/strategies/strategy";
import { expectBytes, plaintextOf } from "../age/kit";
import { ageFile, alice, bytes, desk, nameOf, passphrase, text, type Desk } from "./kit";
import { begun, forAlice, inProcess, silent, story } from "./operations";
import { plainStrategy } from "./plainStrategy";

/** The key of a file that a strategy got: its value at that time, and the buffer itself. */
interface Told {
  readonly then: ProgramIdentity["kind"];
  readonly said: string;
  readonly buffer: Uint8Array;
}

/** Makes a desk whose strategies record for which file they were asked, and which key they got. */
async function observed() {
  const at = await desk();
  const asked: string[] = [];
  const told: Told[] = [];
  const strategyFor = (path: string): Strategy => {
    asked.push(path);
    const real = plainStrategy();
    const decrypt: Strategy["decrypt"] = (job) => {
      const { unlockedBy } = job;
      const buffer = unlockedBy.kind === "identity" ? unlockedBy.text : unlockedBy.passphrase;
      told.push({ then: unlockedBy.kind, said: text(buffer), buffer });
      return real.decrypt(job);
    };
    return { ...real, decrypt };
  };
  return { at, asked, told, context: { ...at.context, strategyFor } };
}

const isZero = (buffer: Uint8Array): boolean => buffer.every((byte) => byte === 0);

describe("the strategy of a file", () => {
  it("is asked for with the encrypted file's path, whatever is done", async () => {
    const { at, asked, context } = await observed();
    const file = await at.encrypted("a.age", "old");
    const { document } = await openDocument(file, "ask", context);
    await saveDocument(file, bytes("new"), document, "when changed", context);
    expect(new Set(asked.splice(0))).toEqual(new Set([file]));
    await encryptFile(forAlice(await at.put("b", "text")), context, silent);
    expect(new Set(asked.splice(0))).toEqual(new Set([at.path("b.age")]));
    const files = { source: file, target: at.path("a"), existing: "keep" } as const;
    await decryptFile(files, context, silent);
    expect(new Set(asked.splice(0))).toEqual(new Set([file]));
    const target = at.path("c.age");
    const named = [{ text: nameOf(alice) }];
    const recipients = [alice.recipient];
    await createEncryptedFile(
      { target, existing: "keep", recipients, named, format: "binary", identities: [] },
      context,
    );
    expect(asked).toEqual([target]);
  });

  it("is told the identity that fits, which is zeroed afterwards", async () => {
    const { at, told, context } = await observed();
    await openDocument(await at.encrypted("a.age", "text"), "ask", context);
    const files = { source: at.path("a.age"), target: at.path("a"), existing: "keep" } as const;
    await decryptFile(files, context, silent);
    expect(told.map(({ then, said }) => [then, said])).toEqual([
      ["identity", text(alice.encode())],
      ["identity", text(alice.encode())],
    ]);
    expect(told.every(({ buffer }) => isZero(buffer))).toBe(true);
  });

  it("is told the right passphrase, after a wrong one, and it is zeroed afterwards", async () => {
    const { at, told, context } = await observed();
    at.prompts.passphrases.push("wrong", "right");
    const file = await at.put("a.age", await ageFile("text", passphrase("right")));
    await openDocument(file, "ask", context);
    expect(told.map(({ then, said }) => [then, said])).toEqual([["passphrase", "right"]]);
    expect(told.every(({ buffer }) => isZero(buffer))).toBe(true);
  });
});

describe("a strategy that can't resume", () => {
  const size = 10 * 65_536;
  const plaintext = plaintextOf(size);
  const withoutResuming = (at: Desk): Desk["context"] =>
    inProcess(at, 3, { strategy: { ...plainStrategy(), resumeEncryption: null } });

  it("encrypts anew what was interrupted, and says why", async () => {
    const at = await desk();
    const encryption = forAlice(await at.put("a", plaintext));
    await begun(at, 2, size / 2, { encrypt: encryption });
    expect(story(await encryptFile(encryption, withoutResuming(at), silent))).toEqual([
      0,
      "strategy",
    ]);
  });

  it("decrypts anew what was interrupted, and says why", async () => {
    const at = await desk();
    const source = await at.put("a.age", await ageFile(plaintext));
    const decryption = { source, target: at.path("a"), existing: "keep" } as const;
    await begun(at, 2, size / 2, { decrypt: decryption });
    expect(story(await decryptFile(decryption, withoutResuming(at), silent))).toEqual([
      0,
      "strategy",
    ]);
    expectBytes(await readFile(decryption.target), plaintext);
  });
});
