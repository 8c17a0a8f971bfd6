import { fstatSync, writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { createEncryptedFile } from "../../src/documents/files/createEncryptedFile";
import { openDocument } from "../../src/documents/openDocument";
import { readBack } from "../../src/documents/readBack";
import { saveDocument } from "../../src/documents/saveDocument";
import { encryptFile } from "../../src/documents/files/encryptFile";
import type { EncryptJob, Strategy } from "../../src/strategies/strategy";
import {
  ageError,
  ageFile,
  alice,
  answering,
  bob,
  bytes,
  decrypted,
  desk,
  expectNames,
  nameOf,
  passphrase,
  text,
} from "./kit";
import { forAlice, silent } from "./operations";
import { plainStrategy } from "./plainStrategy";

/** Makes a program that writes what Cage itself would, and may spoil it afterwards. */
const program = (change: (job: EncryptJob) => EncryptJob, spoil = false): Strategy => {
  const plain = plainStrategy();
  return {
    ...{ ...plain, resumeEncryption: null },
    encrypt: async (job) => {
      const { report, bytes: written } = await plain.encrypt(change(job));
      if (spoil && job.output.kind === "file") {
        const { size } = fstatSync(job.output.descriptor);
        writeSync(job.output.descriptor, bytes("?"), 0, 1, size - 20);
      }
      return { report: { ...report, strategy: "pipe" }, bytes: written };
    },
  };
};
const honest = program((job) => job);
const toBob = program((job) => ({ ...job, recipients: [bob.recipient] }));
const damaged = program((job) => job, true);

describe("reading back", () => {
  it("gives the plaintext where an identity at hand opens it", async () => {
    const file = await ageFile("text", alice, bob);
    const read = await readBack(file, [alice.recipient, bob.recipient], [alice]);
    expect(text(read ?? bytes(""))).toBe("text");
  });

  it("is not possible for others, or without an identity", async () => {
    const file = await ageFile("text", bob);
    expect(await readBack(file, [bob.recipient], [alice])).toBeNull();
    expect(await readBack(file, [bob.recipient], [])).toBeNull();
  });

  it("fails where an identity at hand should open it and does not", async () => {
    const failing = readBack(await ageFile("text", bob), [alice.recipient], [alice]);
    await expect(failing).rejects.toEqual(ageError("unverified-candidate"));
  });

  it("fails with a passphrase that is not the one that was chosen", async () => {
    const file = await ageFile("text", passphrase("another"));
    const failing = readBack(file, [passphrase("chosen")], [answering("chosen")]);
    await expect(failing).rejects.toEqual(ageError("unverified-candidate"));
  });
});

describe("what a program encrypted", () => {
  it("is compared with its source, although the original stays", async () => {
    const at = await desk();
    const encryption = forAlice(await at.put("a", "text"), { identities: [alice] });
    const outcome = await encryptFile(
      encryption,
      { ...at.context, strategyFor: () => honest },
      silent,
    );
    expect(outcome.readBack).toBe("compared");
  });

  it.each([
    ["is for somebody else", toBob],
    ["is damaged", damaged],
  ])("gets no name where it %s", async (_title, strategy) => {
    const at = await desk();
    const encryption = forAlice(await at.put("a", "text"), { identities: [alice] });
    const work = encryptFile(encryption, { ...at.context, strategyFor: () => strategy }, silent);
    await expect(work).rejects.toEqual(ageError("unverified-candidate"));
    await expectNames(at.path("."), "a");
  });
});

describe("what was encrypted to somebody else", () => {
  it("does not replace a document", async () => {
    const at = await desk();
    const file = await at.encrypted("a.age", "old");
    const before = await readFile(file);
    const context = { ...at.context, strategyFor: () => toBob };
    const { document } = await openDocument(file, "ask", context);
    const saving = saveDocument(file, bytes("new"), document, "when changed", context);
    await expect(saving).rejects.toEqual(ageError("unverified-candidate"));
    expect(await readFile(file)).toEqual(before);
    expect(await decrypted(file, alice)).toBe("old");
  });

  it("does not become a new file", async () => {
    const at = await desk();
    const target = at.path("new.age");
    const making = createEncryptedFile(
      {
        ...({ target, existing: "keep", format: "binary" } as const),
        ...{ recipients: [alice.recipient], named: [{ text: nameOf(alice) }], identities: [alice] },
      },
      { ...at.context, strategyFor: () => toBob },
    );
    await expect(making).rejects.toEqual(ageError("unverified-candidate"));
    await expectNames(at.path("."));
  });
});
