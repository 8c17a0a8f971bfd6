import { appendFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { decryptWithAge, generateKey } from "./ageProgram";
import { scenario } from "./scenario";
import type { Workbench } from "./workbench";

/** Encrypts a file for oneself, its original to go to the trash, which a server does not have. */
async function encryptAndTrash(workbench: Workbench, name: string): Promise<void> {
  await workbench.explorerMenu(name, "Encrypt File…");
  await (await workbench.quickInput(`Recipients of ${name}.age`)).choose("Only you");
  await (await workbench.quickInput(`Format of ${name}.age`)).choose("Binary");
  await (await workbench.quickInput("What becomes of the original?")).choose("Move the original");
  expect(await workbench.dialogText()).toContain("There is no trash on this machine.");
}

scenario(
  "an original is deleted only by a click, and only while it is what was encrypted",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    for (const name of ["a.txt", "b.txt", "c.txt"]) await writeFile(join(folder, name), "text\n");
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });

    await encryptAndTrash(workbench, "a.txt");
    await workbench.clickDialog("Delete Permanently");
    await workbench.notification(
      /a\.txt\.age is encrypted for 1 recipient \(5 B, native · \w+\)\. 1 original was deleted\./,
    );
    expect((await readdir(folder)).sort()).toEqual(["a.txt.age", "b.txt", "c.txt"]);
    const decrypted = await decryptWithAge(join(folder, "a.txt.age"), key.path);
    expect(new TextDecoder().decode(decrypted)).toBe("text\n");

    await encryptAndTrash(workbench, "b.txt");
    await appendFile(join(folder, "b.txt"), "newer\n");
    await workbench.clickDialog("Delete Permanently");
    await workbench.notification("1 original was kept, since it changed after it was encrypted.");
    expect(await readFile(join(folder, "b.txt"), "utf8")).toBe("text\nnewer\n");

    await encryptAndTrash(workbench, "c.txt");
    await workbench.clickDialog("Keep");
    await workbench.notification("1 original was kept, since there is no trash here.");
    expect(await readFile(join(folder, "c.txt"), "utf8")).toBe("text\n");
  },
);
