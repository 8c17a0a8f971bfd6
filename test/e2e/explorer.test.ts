import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { decryptWithAge, encryptWithAge, generateKey } from "./ageProgram";
import { scenario } from "./scenario";
import type { Workbench } from "./workbench";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const names = async (workbench: Workbench) => (await workbench.tabs()).map(({ name }) => name);

/** Types a name into the Explorer's box. */
async function nameInExplorer(workbench: Workbench, name: string): Promise<void> {
  const box = workbench.page.locator(".explorer-folders-view input");
  await box.fill(name);
  await box.press("Enter");
}

scenario(
  "the Explorer renames and deletes an open encrypted file as it does a plain one",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    const path = join(folder, "a.yaml.age");
    await encryptWithAge(path, "a: 1\n", [key.recipient]);
    const before = await readFile(path);
    await writeFile(join(folder, "p.yaml"), "a: 1\n");
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });

    for (const [file, renamed, name, newName] of [
      ["p.yaml", "q.json", "p.yaml", "q.json"],
      ["a.yaml.age", "b.json.age", "a.yaml", "b.json"],
    ] as const) {
      await workbench.clickInExplorer(file);
      await expect.poll(() => workbench.editorText(name)).toBe("a: 1\n");
      // The click leaves the focus in the Explorer, which gets the key.
      await workbench.press("F2");
      await nameInExplorer(workbench, renamed);
      await expect.poll(() => workbench.editorText(newName)).toBe("a: 1\n");
      await workbench.typeInEditor(newName, "typed: 1\n");
      await workbench.explorerMenu(renamed, "Rename...");
      await nameInExplorer(workbench, `new-${renamed}`);
      await expect.poll(() => workbench.editorText(`new-${newName}`)).toBe("a: 1\ntyped: 1\n");
      const tab = { name: `new-${newName}`, dirty: true, active: true, preview: false };
      expect((await workbench.tabs()).at(-1)).toEqual(tab);
    }
    expect(await readFile(join(folder, "new-b.json.age"))).toEqual(before);
    // The focus is in the Explorer, whose Undo takes back the new name.
    await workbench.press("Control+z");
    await expect.poll(() => workbench.editorText("b.json.age/b.json")).toBe("a: 1\ntyped: 1\n");
    await workbench.save("b.json");
    const saved = await decryptWithAge(join(folder, "b.json.age"), key.path);
    expect(text(saved)).toBe("a: 1\ntyped: 1\n");

    await workbench.explorerMenu("b.json.age", "Rename...");
    await nameInExplorer(workbench, "b.json");
    await workbench.clickNotification("b.json is still encrypted", "Undo Rename");
    await expect.poll(() => workbench.explorerNames()).toContain("b.json.age");
    await workbench.clickInExplorer("b.json.age");
    await expect.poll(() => names(workbench)).toEqual(["new-q.json", "b.json"]);
    await workbench.explorerMenu("b.json.age", "Delete Permanently");
    await workbench.clickDialog("Delete");
    await expect.poll(() => names(workbench)).toEqual(["new-q.json"]);
  },
);

scenario(
  "New File… with the name of an encrypted one asks for whom, and Save As… makes a copy",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    await writeFile(join(folder, "p.yaml"), "");
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });

    await workbench.runCommand("File: New File...");
    await nameInExplorer(workbench, "made.yaml.age");
    await (await workbench.quickInput("Recipients of made.yaml.age")).cancel();
    const page = workbench.page.frameLocator("iframe.webview").frameLocator("#active-frame");
    await page.getByRole("button", { name: "Choose Who…" }).click();
    await (await workbench.quickInput("Recipients of made.yaml.age")).choose("Only you");
    await (await workbench.quickInput("Format of made.yaml.age")).choose("Armored");
    await workbench.typeInEditor("made.yaml.age/made.yaml", "a: 1\n");
    // The page that asked goes a moment after the document is there.
    await expect
      .poll(() => workbench.tabs())
      .toEqual([{ name: "made.yaml", dirty: true, active: true, preview: false }]);

    await workbench.press("Control+Shift+S");
    const dialog = await workbench.quickInput("Save As");
    await dialog.acceptPath(join(folder, "copy.ts.age"));
    await expect.poll(() => workbench.editorText("copy.ts.age/copy.ts")).toBe("a: 1\n");
    await expect.poll(() => names(workbench)).toEqual(["copy.ts"]);
    expect(text(await decryptWithAge(join(folder, "copy.ts.age"), key.path))).toBe("a: 1\n");
    expect(text(await decryptWithAge(join(folder, "made.yaml.age"), key.path))).toBe("");
    expect((await stat(join(folder, "copy.ts.age"))).mode & 0o777).toBe(0o600);
    await workbench.typeInEditor("copy.ts", "b: 1\n");
    await workbench.save("copy.ts");
    expect(text(await decryptWithAge(join(folder, "copy.ts.age"), key.path))).toBe("a: 1\nb: 1\n");
  },
);

scenario(
  "a rename or a deletion that is undone changes nothing, and nobody says that it did",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    const path = join(folder, "a.yaml.age");
    await encryptWithAge(path, "a: 1\n", [key.recipient]);
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });
    await workbench.clickInExplorer("a.yaml.age");
    await workbench.typeInEditor("a.yaml", "typed: 1\n");

    await workbench.explorerMenu("a.yaml.age", "Rename...");
    await nameInExplorer(workbench, "a.yaml");
    await workbench.clickNotification("a.yaml is still encrypted", "Undo Rename");
    await expect.poll(() => workbench.explorerNames()).toEqual(["a.yaml.age"]);

    await workbench.explorerMenu("a.yaml.age", "Delete Permanently");
    await workbench.clickDialog("Delete");
    const struck = workbench.tab("a.yaml").locator(".strikethrough");
    await struck.first().waitFor();
    await workbench.page.locator(".explorer-folders-view .monaco-list").focus();
    await workbench.press("Control+z");
    await expect.poll(() => workbench.explorerNames()).toEqual(["a.yaml.age"]);
    await struck.first().waitFor({ state: "hidden" });
    await workbench.save("a.yaml");
    expect(text(await decryptWithAge(path, key.path))).toBe("a: 1\ntyped: 1\n");
    const told = await workbench.notifications();
    expect(told.filter((one) => one.includes("changed on the disk"))).toEqual([]);
  },
);
