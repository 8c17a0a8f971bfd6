import { readdir, readFile, symlink } from "node:fs/promises";
import { afterEach, describe, expect, it } from "vitest";
import { decryptFile } from "../../src/documents/files/decryptFile";
import { encryptFile } from "../../src/documents/files/encryptFile";
import { setEncryptedNames } from "../../src/documents/disk/encryptedNames";
import { desk } from "./kit";
import { forAlice, shown, silent } from "./operations";

afterEach(() => {
  setEncryptedNames([]);
});

describe("a name of an encrypted file gets no plaintext", () => {
  it.each(["x.age", "X.AGE", "x.cage", "secret.asc"])("as a target: %s", async (name) => {
    setEncryptedNames(["*.asc"]);
    const at = await desk();
    const source = await at.put("a.txt", "text");
    await encryptFile(forAlice(source), at.context, silent);
    const before = await readdir(at.path("."));
    for (const existing of ["keep", { replace: "1 2 3" }] as const) {
      const decryption = { source: `${source}.age`, target: at.path(name), existing };
      await expect(decryptFile(decryption, at.context, silent)).rejects.toMatchObject({
        code: "encrypted-name",
      });
    }
    expect(await readdir(at.path("."))).toEqual(before);
  });

  it("as what a target links to", async () => {
    const at = await desk();
    const source = await at.put("a.txt", "text");
    await encryptFile(forAlice(source), at.context, silent);
    const linked = await at.put("linked.age", "old");
    await symlink(linked, at.path("notes"));
    const target = at.path("notes");
    const decryption = { source: `${source}.age`, target, existing: await shown(target) };
    await expect(decryptFile(decryption, at.context, silent)).rejects.toMatchObject({
      code: "encrypted-name",
    });
    expect(await readFile(linked, "utf8")).toBe("old");
  });
});
