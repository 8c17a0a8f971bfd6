import { copyFile, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { decryptWithAge, encryptWithAge, generateKey } from "./ageProgram";
import { scenario } from "./scenario";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

scenario(
  "Encrypt Folder… shows a plan, encrypts each into a file beside it, and reports",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    const names = ["a.txt", "b.txt", "inner/c.txt"];
    await mkdir(join(folder, "data", "inner"), { recursive: true });
    for (const name of names) await writeFile(join(folder, "data", name), `text of ${name}\n`);
    await encryptWithAge(join(folder, "data", "old.age"), "old\n", [key.recipient]);
    await writeFile(join(folder, "data", "b.txt.age"), "something else");
    await mkdir(join(folder, ".git"));
    await writeFile(join(folder, ".gitignore"), "*.log\n");
    await writeFile(join(folder, "data", "ignored.log"), "in the clear\n");
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });

    await workbench.explorerMenu("data", "Encrypt Folder…");
    await (await workbench.quickInput("Recipients of 3 files")).choose("Only you");
    await (await workbench.quickInput("Format of 3 files")).choose("Binary");
    await (await workbench.quickInput("What becomes of the originals?")).choose("Keep");
    const question = await workbench.dialogText();
    expect(question).toContain("Encrypt 3 Files?");
    expect(question).toContain("2 skipped: already encrypted, by name.");
    expect(question).toContain("1 item left unencrypted: listed in .gitignore");
    expect(question).toContain("1 encrypted file already exists.");
    await workbench.clickDialog("Encrypt 2, Leave the Existing");
    const done = "2 files were encrypted. 1 item was left out: listed in .gitignore.";
    await workbench.notification(done);

    expect(await readFile(join(folder, "data", "b.txt.age"), "utf8")).toBe("something else");
    for (const name of ["a.txt", "inner/c.txt"]) {
      const decrypted = await decryptWithAge(join(folder, "data", `${name}.age`), key.path);
      expect(text(decrypted)).toBe(`text of ${name}\n`);
    }
    await workbench.clickNotification(done, "Show Report");
    await expect
      .poll(() => workbench.editorText("Encryption%20Report"))
      .toMatch(/Done \(2\)[^]*Skipped \(3\)/);
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
    await workbench.notification("2 of 3 files were decrypted");
    await workbench.clickNotification("2 of 3 files were decrypted", "Show Report");
    await expect
      .poll(() => workbench.editorText("Decryption%20Report"))
      .toMatch(/Failed \(1\)\n {2}b\.txt\.age\n {4}None of your identities/);

    const plain = (await readdir(join(folder, "data"))).filter((name) => !name.endsWith(".age"));
    expect(plain.sort()).toEqual(["a.txt", "c.txt"]);
    expect(await readFile(join(folder, "data", "c.txt"), "utf8")).toBe("mine too\n");
    expect((await stat(join(folder, "data", "a.txt"))).mode & 0o777).toBe(0o600);
  },
);

scenario(
  "Encrypt Folder… encrypts each file by its nearest list, and leaves out what it must not touch",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    const bob = await generateKey(keys, "bob.txt");
    const lists = {
      ".": bob.recipient,
      "data/prod": `# alice\n${key.recipient}\n# bob\n${bob.recipient}`,
      "data/dev": key.recipient,
      "data/bad": "nobody",
    };
    for (const [name, list] of Object.entries(lists)) {
      await mkdir(join(folder, name), { recursive: true });
      await writeFile(join(folder, name, ".age-recipients"), `${list}\n`);
    }
    const names = ["prod/a.txt", "dev/b.txt", "dev/linked.txt", "bad/c.txt"];
    for (const name of names) await writeFile(join(folder, "data", name), `text of ${name}\n`);
    await copyFile(bob.path, join(folder, "data", "dev", "notes.txt"));
    const theirs = join(keys, "rc");
    await writeFile(theirs, "theirs");
    await symlink(theirs, join(folder, "data", "dev", "linked.txt.age"));
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });

    await workbench.explorerMenu("data", "Encrypt Folder…");
    const recipients = await workbench.quickInput("Recipients of 3 files");
    await recipients.choose("Everybody in the nearest list of each file");
    await (await workbench.quickInput("Format of 3 files")).choose("Binary");
    await (await workbench.quickInput("What becomes of the originals?")).choose("Keep");
    const question = await workbench.dialogText();
    expect(question).toContain("Encrypt 2 Files?");
    expect(question).toMatch(
      /1 file by [^ ]+\/prod\/\.age-recipients: for age1\w{4}…\w{4} “alice”, /,
    );
    expect(question).toContain(`1 file by ${join(folder, "data/dev/.age-recipients")}: for age1`);
    expect(question).toContain("target is a link (1)");
    expect(question).toContain("with an identity inside (1)");
    expect(question).toContain("recipients list cannot be used (1)");
    await workbench.clickDialog("Encrypt 2 Files");
    await workbench.notification("2 files were encrypted. 4 items were left out");

    expect(await readFile(theirs, "utf8")).toBe("theirs");
    const read = async (name: string, by: string) =>
      text(await decryptWithAge(join(folder, "data", name), by));
    expect(await read("prod/a.txt.age", bob.path)).toBe("text of prod/a.txt\n");
    expect(await read("dev/b.txt.age", key.path)).toBe("text of dev/b.txt\n");
    await expect(read("dev/b.txt.age", bob.path)).rejects.toThrow();
    expect(await readdir(join(folder, "data", "bad"))).not.toContain("c.txt.age");
    await workbench.clickNotification(
      "2 files were encrypted. 4 items were left out",
      "Show Report",
    );
    await expect
      .poll(() => workbench.editorText("Encryption%20Report"))
      // The editor breaks long lines.
      .toMatch(/c\.txt: recipients list cannot be used \([^]*age-recipients, line 1: this/);
  },
);
