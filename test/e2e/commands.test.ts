import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { decryptWithAge, generateKey } from "./ageProgram";
import { scenario } from "./scenario";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

scenario(
  "Encrypt File… overwrites nothing unasked; Decrypt File… writes for this user only, where told",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    const bob = await generateKey(keys, "bob.txt");
    await writeFile(join(folder, "notes.txt"), "plain notes\n");
    await writeFile(join(folder, "notes.txt.age"), "something else");
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });

    await workbench.explorerMenu("notes.txt", "Encrypt File…");
    const whom = await workbench.quickInput("Recipients of notes.txt.age");
    await whom.choose("Type recipients…");
    const typed = await workbench.quickInput("Recipients of notes.txt.age");
    await typed.fill(bob.recipient);
    await typed.accept();
    expect(await workbench.dialogText()).toContain("You could not read the file yourself.");
    await workbench.clickDialog("Add Me");
    await (await workbench.quickInput("Format of notes.txt.age")).choose("Armored");
    await (await workbench.quickInput("What becomes of the original?")).choose("Keep");
    expect(await workbench.dialogText()).toContain("notes.txt.age exists already.");
    expect(await readFile(join(folder, "notes.txt.age"), "utf8")).toBe("something else");
    await workbench.clickDialog("Overwrite");
    await workbench.notification("notes.txt.age is encrypted for 2 recipients");

    const path = join(folder, "notes.txt.age");
    expect(await readFile(path, "latin1")).toMatch(/^-----BEGIN AGE/);
    expect(text(await decryptWithAge(path, key.path))).toBe("plain notes\n");
    expect(text(await decryptWithAge(path, bob.path))).toBe("plain notes\n");
    expect(await readFile(join(folder, "notes.txt"), "utf8")).toBe("plain notes\n");

    // Cage knows the recipients that it encrypted for, so a save asks nothing.
    await workbench.clickNotification("is encrypted for 2 recipients", "Open");
    await expect.poll(() => workbench.editorText("notes.txt")).toBe("plain notes\n");

    await workbench.explorerMenu("notes.txt.age", "Decrypt File…");
    const where = await workbench.quickInput(/^Decrypt notes\.txt\.age to the disk/);
    await where.acceptPath(join(folder, "out.txt"));
    await workbench.notification(/out\.txt is decrypted \(12 B, native · \w+\)\./);
    expect(await readFile(join(folder, "out.txt"), "utf8")).toBe("plain notes\n");
    expect((await stat(join(folder, "out.txt"))).mode & 0o777).toBe(0o600);
  },
);

scenario(
  "from nothing: an identity, a new encrypted file, a text in it, and age reads it",
  async ({ folder, keys, openWorkbench }) => {
    await writeFile(join(folder, "README.md"), "");
    const identity = join(keys, "new", "keys.txt");
    const workbench = await openWorkbench();
    await workbench.runCommand("Cage: Generate Identity…");
    const where = await workbench.quickInput("Generate Identity");
    await where.fill(identity);
    await where.accept();
    await (await workbench.quickInput("What protects the identity?")).choose("File permissions");
    await workbench.notification("Your new identity is in");
    expect((await stat(identity)).mode & 0o777).toBe(0o600);

    await workbench.runCommand("Cage: New Encrypted File…");
    const file = await workbench.quickInput("New Encrypted File");
    await file.acceptPath(join(folder, "fresh.yaml.age"));
    await (await workbench.quickInput("Recipients of fresh.yaml.age")).choose("Only you");
    await (await workbench.quickInput("Format of fresh.yaml.age")).choose("Armored");
    await workbench.tab("fresh.yaml").waitFor();
    await workbench.typeInEditor("fresh.yaml", "a: 1\n");
    await workbench.save("fresh.yaml");
    const path = join(folder, "fresh.yaml.age");
    expect(text(await decryptWithAge(path, identity))).toBe("a: 1\n");

    const before = await readFile(path);
    await workbench.runCommand("Cage: Re-encrypt");
    await workbench.notification(
      /fresh\.yaml\.age was re-encrypted \(native · \w+ · [\d.]+ m?s\)\./,
    );
    expect(await readFile(path)).not.toEqual(before);
    expect(text(await decryptWithAge(path, identity))).toBe("a: 1\n");
    await workbench.runCommand("Cage: Open Raw");
    await expect
      .poll(() => workbench.editorText("fresh.yaml.age"))
      .toContain("BEGIN AGE ENCRYPTED FILE");

    // Cage takes back what is typed there: nobody could decrypt it once saved.
    const raw = await readFile(path);
    await workbench.focusEditor("fresh.yaml.age");
    await workbench.press("Z");
    await workbench.press("Control+S");
    await workbench.notification("fresh.yaml.age is the encrypted file");
    await expect.poll(async () => (await workbench.tabs()).some((tab) => tab.dirty)).toBe(false);
    expect(await readFile(path)).toEqual(raw);
  },
);
