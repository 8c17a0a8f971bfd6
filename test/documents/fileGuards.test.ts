import { readFile, rm, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { localDisk } from "../../src/documents/localDisk";
import { createEncryptedFile } from "../../src/documents/createEncryptedFile";
import { decryptFile } from "../../src/documents/decryptFile";
import { encryptFile } from "../../src/documents/encryptFile";
import { ageError, alice, decrypted, desk } from "./kit";
import { observedDisk, type Effect } from "./observedDisk";
import { forAlice, silent } from "./operations";

describe("a target that may be replaced", () => {
  it.each(["appears", "changes"])("is not, if it %s meanwhile", async (what) => {
    const at = await desk();
    const source = await at.put("a", "text");
    const cipher = await at.encrypted("c.age", "text");
    const replace = { target: at.path("target"), existing: "replace" } as const;
    const theirs = async ({ name }: Effect) => {
      if (name === "flush") await writeFile(replace.target, "theirs");
    };
    const context = { ...at.context, disk: observedDisk(localDisk, { after: theirs }) };
    for (const run of [
      () => encryptFile(forAlice(source, replace), context, silent),
      () => createEncryptedFile({ ...forAlice(source), ...replace }, context),
      () => decryptFile({ source: cipher, ...replace }, context, silent),
    ]) {
      if (what === "changes") await writeFile(replace.target, "mine");
      else await rm(replace.target, { force: true });
      await expect(run()).rejects.toEqual(ageError("changed-on-disk", { path: replace.target }));
      expect(await readFile(replace.target, "utf8")).toBe("theirs");
    }
  });
});

it("a memory that fails is no failure of the file that was written", async () => {
  const at = await desk();
  const source = await at.put("a", "text");
  const memory = { get: () => undefined, set: () => Promise.reject(new Error("full")) };
  await encryptFile(forAlice(source), { ...at.context, memory }, silent);
  expect(await decrypted(`${source}.age`, alice)).toBe("text");
});
