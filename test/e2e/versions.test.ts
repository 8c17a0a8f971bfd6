import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { decryptWithAge, encryptWithAge, generateKey } from "./ageProgram";
import { scenario } from "./scenario";
import type { Workbench } from "./workbench";

const name = "secrets.yaml";

const original = (workbench: Workbench) =>
  workbench.page.locator(".monaco-diff-editor .editor.original .view-lines");
const modified = (workbench: Workbench) =>
  workbench.page.locator(".monaco-diff-editor .editor.modified .view-lines");

/** Finds the button in the title of a comparison with a version. */
const restoreButton = (workbench: Workbench) =>
  workbench.page.locator('.editor-actions a[aria-label*="Restore This Version"]');

/** Makes a file, opens it, and saves texts over it. */
async function saved(
  folder: string,
  keys: string,
  open: (options: object) => Promise<Workbench>,
  { retention = "keep_last:2", texts = ["two", "three", "four"], theme = "Dark Modern" } = {},
) {
  const path = join(folder, "secrets.yaml.age");
  const key = await generateKey(keys, "keys.txt");
  await encryptWithAge(path, "mode: one\n", [key.recipient]);
  const backups = join(keys, "versions");
  const workbench = await open({
    settings: {
      ...{ "cage.identities": [key.path], "workbench.colorTheme": theme },
      ...{ "cage.backup.retention": retention, "cage.backup.folder": backups },
    },
  });
  await workbench.clickInExplorer("secrets.yaml.age");
  await expect.poll(() => workbench.editorText(name)).toBe("mode: one\n");
  const written = [await readFile(path)];
  for (const text of texts) {
    await workbench.typeInEditor(name, `more: ${text}\n`);
    await workbench.save(name);
    written.push(await readFile(path));
  }
  /** Reads the versions in the folder, by name. */
  const kept = async (): Promise<ReadonlyMap<string, Uint8Array>> => {
    const files = await readdir(backups, { recursive: true, withFileTypes: true }).catch(() => []);
    const found = new Map<string, Uint8Array>();
    for (const file of files) {
      if (!file.name.endsWith(".age")) continue;
      found.set(file.name, await readFile(join(file.parentPath, file.name)));
    }
    return found;
  };
  const text = async () => new TextDecoder().decode(await decryptWithAge(path, key.path));
  return { workbench, path, key, written, kept, text, backups };
}

scenario(
  "three saves keep two versions; the oldest is compared, restored, and the present one is kept",
  async ({ folder, keys, openWorkbench }) => {
    const at = await saved(folder, keys, openWorkbench);
    const { workbench, path, written, kept } = at;
    await expect
      .poll(async () => [...(await kept()).keys()].sort())
      .toEqual(["000002-secrets.yaml.age", "000003-secrets.yaml.age"]);
    const oldest = (await kept()).get("000002-secrets.yaml.age");
    expect(oldest).toEqual(written[1]);

    await workbench.runCommand("Cage: Restore Version…");
    const list = await workbench.quickInput("Restore Version of secrets.yaml.age");
    await expect.poll(async () => (await list.choices()).length).toBeGreaterThan(0);
    await workbench.press("ArrowDown");
    await list.accept();
    await expect.poll(() => original(workbench).innerText()).toContain("two");
    expect(await original(workbench).innerText()).not.toContain("three");
    await expect.poll(() => modified(workbench).innerText()).toContain("four");
    await restoreButton(workbench).click();
    const question = await workbench.dialogText();
    expect(question).toContain("Restore secrets.yaml.age as it was on");
    expect(question).toContain("The current version is kept first, as a version of its own.");
    expect(await readFile(path)).toEqual(written[3]);
    await workbench.clickDialog("Restore");

    await expect
      .poll(async () => new Uint8Array(await readFile(path)))
      .toEqual(new Uint8Array(written[1] ?? []));
    await expect.poll(() => workbench.editorText(name)).toBe("mode: one\nmore: two\n");
    await expect
      .poll(async () => [...(await kept()).entries()].map(([, bytes]) => Buffer.from(bytes)))
      .toEqual([written[2], written[3]]);

    // The next save is based on the restored version, so it asks nothing.
    await workbench.typeInEditor(name, "more: five\n");
    await workbench.save(name);
    expect(await at.text()).toBe("mode: one\nmore: two\nmore: five\n");
  },
);

scenario(
  "Cancel replaces nothing; a file that is gone is restored from the list of all files",
  async ({ folder, keys, openWorkbench }) => {
    const options = { retention: "keep_all", texts: ["two"], theme: "Light Modern" };
    const { workbench, path, written, kept, key } = await saved(
      folder,
      keys,
      openWorkbench,
      options,
    );
    await workbench.runCommand("Cage: Restore Version…");
    await (await workbench.quickInput("Restore Version of secrets.yaml.age")).accept();
    await expect.poll(() => original(workbench).innerText()).toContain("one");
    await restoreButton(workbench).click();
    await workbench.dialogText();
    await workbench.clickDialog("Cancel");
    expect(await readFile(path)).toEqual(written[1]);
    expect((await kept()).size).toBe(1);

    // A deleted file can be restored from the list of all files.
    await rm(path);
    await workbench.runCommand("View: Close All Editors");
    await workbench.runCommand("Cage: Restore Version…");
    await (await workbench.quickInput("Restore Version")).choose("secrets.yaml.age");
    await (await workbench.quickInput("Restore Version of secrets.yaml.age")).accept();
    await restoreButton(workbench).click();
    expect(await workbench.dialogText()).toContain("The file is gone");
    await workbench.clickDialog("Restore");
    await expect.poll(() => readFile(path).catch(() => null)).toEqual(written[0]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(new TextDecoder().decode(await decryptWithAge(path, key.path))).toBe("mode: one\n");
  },
);
