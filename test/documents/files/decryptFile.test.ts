import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { decryptFile } from "../../../src/documents/files/decryptFile";
import { lookUp } from "../../../src/documents/files/openSource";
import { ageError, ageFile, alice, desk, passphrase, text } from "../kit";

type Desk = Awaited<ReturnType<typeof desk>>;

/** Decrypts a file after a lock. @returns its text, and the state of the keyring. */
async function afterLock(at: Desk, source: string) {
  at.context.keys.keyring.lock();
  return decrypting(at, source, "never");
}

/** Decrypts a file. @returns its text, and the state of the keyring. */
async function decrypting({ context }: Desk, source: string, asking: "ask" | "never") {
  const target = source.replace(/\.age$/, "");
  const seen = { ...(await lookUp({ source, target }, context.disk)), target };
  const files = { source, target, seen, existing: "keep", asking } as const;
  await decryptFile(files, context, () => undefined);
  return { text: await readFile(target, "utf8"), state: context.keys.keyring.state };
}

it("a file that an identity at hand opens is decrypted after a lock, and Cage stays locked", async () => {
  const at = await desk();
  const source = await at.encrypted("a.age", "text", alice);
  expect(await afterLock(at, source)).toEqual({ text: "text", state: "locked" });
});

it("one that needs a question is not, and nothing is asked", async () => {
  const at = await desk();
  const source = await at.encrypted("a.age", "text", passphrase("right"));
  await expect(afterLock(at, source)).rejects.toEqual(ageError("locked", { path: source }));
  expect(at.prompts.asked).toEqual([]);
});

describe("a lock while a key is looked for", () => {
  /** Makes a desk where Cage is locked while the user types a passphrase. */
  async function lockedDesk() {
    const at = await desk({ identities: [] });
    at.prompts.meanwhile = () => {
      at.context.keys.keyring.lock();
    };
    at.prompts.passphrases = ["right"];
    return at;
  }

  it("is not undone by a passphrase that is typed then", async () => {
    const at = await lockedDesk();
    const { keyring } = at.context.keys;
    const source = await at.encrypted("a.age", "text", passphrase("right"));
    await expect(decrypting(at, source, "ask")).rejects.toMatchObject({ code: "locked" });
    expect([keyring.state, keyring.passphraseFor(source)]).toEqual(["locked", null]);
  });

  it("is not undone by the passphrase of an identity file", async () => {
    const at = await lockedDesk();
    const { keyring } = at.context.keys;
    const keys = await at.put("keys.age", await ageFile(text(alice.encode()), passphrase("right")));
    at.identityFiles.push(keys);
    const source = await at.encrypted("a.age", "text", alice);
    await expect(decrypting(at, source, "ask")).rejects.toMatchObject({ code: "locked" });
    expect([keyring.state, keyring.identities()]).toEqual(["locked", []]);
  });

  it("is not undone by an identity at hand, which opens the file all the same", async () => {
    const at = await desk();
    const { keyring, findIdentities } = at.context.keys;
    const finding = (signal?: AbortSignal) => {
      keyring.lock();
      return findIdentities(signal);
    };
    const context = { ...at.context, keys: { ...at.context.keys, findIdentities: finding } };
    const source = await at.encrypted("a.age", "text", alice);
    const done = { text: "text", state: "locked" };
    expect(await decrypting({ ...at, context }, source, "ask")).toEqual(done);
  });
});
