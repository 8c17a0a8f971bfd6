import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { decryptFile } from "../../src/documents/decryptFile";
import { lookUp } from "../../src/documents/openSource";
import { ageError, alice, desk, passphrase } from "./kit";

/** Decrypts a file after a lock. @returns its text, and the state of the keyring. */
async function afterLock(at: Awaited<ReturnType<typeof desk>>, source: string) {
  const { context } = at;
  context.keys.keyring.lock();
  const target = source.replace(/\.age$/, "");
  const seen = { ...(await lookUp({ source, target }, context.disk)), target };
  const files = { source, target, seen, existing: "keep", asking: "never" } as const;
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
