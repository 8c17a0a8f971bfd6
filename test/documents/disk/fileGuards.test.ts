import { readFile, rm, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { createEncryptedFile } from "../../../src/documents/files/createEncryptedFile";
import { decryptFile } from "../../../src/documents/files/decryptFile";
import { encryptFile } from "../../../src/documents/files/encryptFile";
import { ageError, alice, decrypted, desk, expectNames } from "../kit";
import { observedDisk, type Effect } from "../observedDisk";
import { forAlice, shown, silent } from "../operations";

describe("a target that may be replaced", () => {
  const moments = [
    ["as it is written", "changes"],
    ["as it is written", "goes"],
    ["before that begins", "changes"],
    ["before that begins", "goes"],
  ] as const;
  it.each(moments)("is not, if %s it %s", async (moment, what) => {
    const at = await desk();
    const source = await at.put("a", "text");
    const cipher = await at.encrypted("c.age", "text");
    const target = at.path("target");
    const theirs = () => (what === "goes" ? rm(target) : writeFile(target, "theirs"));
    const after = async ({ name }: Effect) => {
      if (name === "flush" && moment === "as it is written") await theirs();
    };
    const steps: string[] = [];
    const before = ({ name }: Effect) => void steps.push(name);
    const context = { ...at.context, disk: observedDisk(localDisk, { before, after }) };
    interface Agreed {
      readonly target: string;
      readonly existing: { readonly replace: string };
    }
    for (const run of [
      (agreed: Agreed) => encryptFile(forAlice(source, agreed), context, silent),
      (agreed: Agreed) => createEncryptedFile({ ...forAlice(source), ...agreed }, context),
      (agreed: Agreed) => decryptFile({ source: cipher, ...agreed }, context, silent),
    ]) {
      await writeFile(target, "the version that was shown");
      const agreed = { target, existing: await shown(target) };
      if (moment === "before that begins") await theirs();
      await expect(run(agreed)).rejects.toEqual(ageError("changed-on-disk", { path: target }));
      // A change that is found beforehand costs no write.
      const isWritten = steps.includes("createPartial") || steps.includes("create");
      expect(isWritten).toBe(moment === "as it is written");
      steps.length = 0;
      const names = what === "goes" ? ["a", "c.age"] : ["a", "c.age", "target"];
      await expectNames(at.folder, ...names);
      if (what === "changes") expect(await readFile(target, "utf8")).toBe("theirs");
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
