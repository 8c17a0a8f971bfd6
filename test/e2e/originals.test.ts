import { appendFile, copyFile, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { decryptWithAge, generateKey, type Key } from "./ageProgram";
import { scenario } from "./scenario";
import type { Workbench } from "./workbench";

/** Encrypts for oneself. @param fate - the beginning of what becomes of the original. */
async function answer(workbench: Workbench, name: string, fate: string): Promise<void> {
  await (await workbench.quickInput(`Recipients of ${name}.age`)).choose("Only you");
  await (await workbench.quickInput(`Format of ${name}.age`)).choose("Binary");
  await (await workbench.quickInput("What becomes of the original?")).choose(fate);
}

const decrypted = async (path: string, { path: keyFile }: Key) =>
  new TextDecoder().decode(await decryptWithAge(path, keyFile));

/**
 * Encrypts a file for oneself and sends its original to the trash, which a server does not have.
 */
async function encryptAndTrash(workbench: Workbench, name: string): Promise<void> {
  await workbench.explorerMenu(name, "Encrypt File…");
  await answer(workbench, name, "Move the original");
  expect(await workbench.dialogText()).toContain("There is no trash on this machine.");
}

scenario(
  "an original goes only by a click, while it is what was encrypted, and never with an identity",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    const spare = await generateKey(keys, "spare.txt");
    for (const name of ["a.txt", "b.txt", "c.txt"]) await writeFile(join(folder, name), "text\n");
    await copyFile(spare.path, join(folder, "spare.txt"));
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });

    await workbench.clickInExplorer("a.txt");
    await encryptAndTrash(workbench, "a.txt");
    await workbench.clickDialog("Delete Permanently");
    await workbench.notification(
      /a\.txt\.age is encrypted for 1 recipient \(5 B, native · \w+\)\. 1 original was deleted\./,
    );
    expect((await readdir(folder)).sort()).toEqual(["a.txt.age", "b.txt", "c.txt", "spare.txt"]);
    await expect.poll(() => workbench.editorText("a.txt.age/a.txt")).toBe("text\n");
    expect((await workbench.tabs()).length).toBe(1);
    expect(await decrypted(join(folder, "a.txt.age"), key)).toBe("text\n");

    await encryptAndTrash(workbench, "b.txt");
    await appendFile(join(folder, "b.txt"), "newer\n");
    await workbench.clickDialog("Delete Permanently");
    await workbench.notification("1 original was kept, since it changed after it was encrypted.");
    expect(await readFile(join(folder, "b.txt"), "utf8")).toBe("text\nnewer\n");

    await encryptAndTrash(workbench, "c.txt");
    await workbench.clickDialog("Keep");
    await workbench.notification("1 original was kept, since there is no trash here.");
    expect(await readFile(join(folder, "c.txt"), "utf8")).toBe("text\n");

    await workbench.explorerMenu("spare.txt", "Encrypt File…");
    expect(await workbench.dialogText()).toContain("spare.txt holds an identity. Encrypt it?");
    await workbench.clickDialog("Encrypt Anyway");
    await answer(workbench, "spare.txt", "Move the original");
    await workbench.notification("1 original was kept, since it holds an identity.");
    expect(await readdir(folder)).toEqual(expect.arrayContaining(["spare.txt", "spare.txt.age"]));
  },
);

scenario(
  "a target that is a link is overwritten only after a question that says where it leads",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    await writeFile(join(folder, "a.txt"), "text\n");
    const theirs = join(keys, "rc");
    await writeFile(theirs, "theirs");
    await symlink(theirs, join(folder, "a.txt.age"));
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });

    await workbench.explorerMenu("a.txt", "Encrypt File…");
    await answer(workbench, "a.txt", "Keep");
    expect(await workbench.dialogText()).toContain(`It leads to ${theirs}.`);
    expect(await readFile(theirs, "utf8")).toBe("theirs");
    await workbench.clickDialog("Overwrite");
    await workbench.notification("a.txt.age is encrypted");
    expect(await decrypted(theirs, key)).toBe("text\n");
  },
);
