import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { decryptWithAge, encryptWithAge, generateKey, type Key } from "./ageProgram";
import { scenario } from "./scenario";
import type { Workbench } from "./workbench";

const name = "secrets.yaml";

/** Opens a file and types, while another program writes a text of the same length to it. */
async function conflict(
  folder: string,
  keys: string,
  open: (options: object) => Promise<Workbench>,
): Promise<{ workbench: Workbench; path: string; key: Key; theirs: Uint8Array }> {
  const path = join(folder, "secrets.yaml.age");
  const key = await generateKey(keys, "keys.txt");
  await encryptWithAge(path, "mode: one\n", [key.recipient]);
  const workbench = await open({ settings: { "cage.identities": [key.path] } });
  await workbench.clickInExplorer("secrets.yaml.age");
  await expect.poll(() => workbench.editorText(name)).toBe("mode: one\n");
  await workbench.typeInEditor(name, "mine: 1\n");
  await encryptWithAge(path, "mode: two\n", [key.recipient]);
  await workbench.press("Control+S");
  expect(await workbench.dialogText()).toContain(
    "secrets.yaml.age was changed by another program since you opened it.",
  );
  return { workbench, path, key, theirs: await readFile(path) };
}

const decrypted = async (path: string, key: Key) =>
  new TextDecoder().decode(await decryptWithAge(path, key.path));

scenario(
  "a file rewritten or deleted under unsaved text is not written unless the user says so",
  async ({ folder, keys, openWorkbench }) => {
    const { workbench, path, key, theirs } = await conflict(folder, keys, openWorkbench);
    await workbench.clickDialog("Cancel");
    expect(await readFile(path)).toEqual(theirs);
    expect(await workbench.editorText(name)).toBe("mode: one\nmine: 1\n");
    expect((await workbench.tabs())[0]).toMatchObject({ name, dirty: true });

    await workbench.press("Control+S");
    await workbench.dialogText();
    await workbench.clickDialog("Overwrite");
    await expect.poll(() => decrypted(path, key)).toBe("mode: one\nmine: 1\n");
    await expect.poll(async () => (await workbench.tabs())[0]?.dirty).toBe(false);

    // Without unsaved text there is nothing to ask.
    await encryptWithAge(path, "mode: two\n", [key.recipient]);
    await expect.poll(() => workbench.editorText(name)).toBe("mode: two\n");

    await workbench.typeInEditor(name, "mine: 1\n");
    await rm(path);
    await workbench.press("Control+S");
    expect(await workbench.dialogText()).toContain("was deleted. Write it again?");
    await workbench.clickDialog("Write Again");
    await expect.poll(() => decrypted(path, key).catch(() => "")).toBe("mode: two\nmine: 1\n");
  },
);

scenario(
  "Compare shows both texts and writes nothing; Reload takes what is on the disk",
  async ({ folder, keys, openWorkbench }) => {
    const { workbench, path, theirs } = await conflict(folder, keys, openWorkbench);
    await workbench.clickDialog("Compare");
    const original = workbench.page.locator(".monaco-diff-editor .editor.original .view-lines");
    const modified = workbench.page.locator(".monaco-diff-editor .editor.modified .view-lines");
    await expect.poll(() => original.innerText()).toContain("two");
    await expect.poll(() => modified.innerText()).toContain("mine");
    expect(await readFile(path)).toEqual(theirs);

    await workbench.press("Control+S");
    await workbench.dialogText();
    await workbench.clickDialog("Reload");
    await expect.poll(() => modified.innerText()).toContain("two");
    expect(await modified.innerText()).not.toContain("mine");
    expect(await readFile(path)).toEqual(theirs);
  },
);

scenario(
  "after Revert File the text on the disk is the base of the next save, which asks nothing",
  async ({ folder, keys, openWorkbench }) => {
    const { workbench, path, key } = await conflict(folder, keys, openWorkbench);
    await workbench.clickDialog("Cancel");
    await workbench.runCommand("File: Revert File");
    await expect.poll(() => workbench.editorText(name)).toBe("mode: two\n");
    await workbench.typeInEditor(name, "mine: 2\n");
    await workbench.save(name);
    expect(await decrypted(path, key)).toBe("mode: two\nmine: 2\n");
  },
);
