import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { decryptWithAge, encryptWithAge, generateKey } from "./ageProgram";
import { scenario } from "./scenario";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

scenario(
  "Encrypt Folder… shows a plan, encrypts each file beside itself, and reports",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    const names = ["a.txt", "b.txt", "inner/c.txt"];
    await mkdir(join(folder, "data", "inner"), { recursive: true });
    for (const name of names) await writeFile(join(folder, "data", name), `text of ${name}\n`);
    await encryptWithAge(join(folder, "data", "old.age"), "old\n", [key.recipient]);
    await writeFile(join(folder, "data", "b.txt.age"), "something else");
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });

    await workbench.explorerMenu("data", "Encrypt Folder…");
    await (await workbench.quickInput("Recipients of 3 files")).choose("Only you");
    await (await workbench.quickInput("Format of 3 files")).choose("Binary");
    await (await workbench.quickInput("What becomes of the original?")).choose("Keep");
    const question = await workbench.dialogText();
    expect(question).toContain("Encrypt 3 Files?");
    expect(question).toContain("2 (its name is that of an encrypted file)");
    expect(question).toContain("Existing targets: 1.");
    await workbench.clickDialog("Encrypt 2, Leave the Existing");
    await workbench.notification("2 of 2 files are encrypted");

    expect(await readFile(join(folder, "data", "b.txt.age"), "utf8")).toBe("something else");
    for (const name of ["a.txt", "inner/c.txt"]) {
      const decrypted = await decryptWithAge(join(folder, "data", `${name}.age`), key.path);
      expect(text(decrypted)).toBe(`text of ${name}\n`);
    }
    await workbench.clickNotification("2 of 2 files are encrypted", "Show Report");
    await expect
      .poll(() => workbench.editorText("Encryption%20Report"))
      .toMatch(/Left out \(3\)[^]*Done \(2\)/);
  },
);

scenario(
  "Decrypt Folder… lists a file that it cannot open, and decrypts the others for their owner only",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    const bob = await generateKey(keys, "bob.txt");
    await mkdir(join(folder, "data"));
    await encryptWithAge(join(folder, "data", "a.txt.age"), "mine\n", [key.recipient]);
    await encryptWithAge(join(folder, "data", "b.txt.age"), "his\n", [bob.recipient]);
    await encryptWithAge(join(folder, "data", "c.txt.age"), "mine too\n", [key.recipient], "-a");
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });

    await workbench.explorerMenu("data", "Decrypt Folder…");
    expect(await workbench.dialogText()).toContain("The plaintext will lie on the disk");
    await workbench.clickDialog("Decrypt 3 Files");
    await workbench.notification("2 of 3 files are decrypted");
    await workbench.clickNotification("2 of 3 files are decrypted", "Show Report");
    await expect
      .poll(() => workbench.editorText("Decryption%20Report"))
      .toMatch(/Failed \(1\)\n {2}b\.txt\.age\n {4}No identity fits/);

    const plain = (await readdir(join(folder, "data"))).filter((name) => !name.endsWith(".age"));
    expect(plain.sort()).toEqual(["a.txt", "c.txt"]);
    expect(await readFile(join(folder, "data", "c.txt"), "utf8")).toBe("mine too\n");
    expect((await stat(join(folder, "data", "a.txt"))).mode & 0o777).toBe(0o600);
  },
);
