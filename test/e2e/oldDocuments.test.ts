import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { decryptWithAge, encryptWithAge, generateKey } from "./ageProgram";
import { scenario } from "./scenario";
import type { Workbench } from "./workbench";

scenario(
  "unsaved text of an earlier version's tab comes over as an edit of the document",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    const path = join(folder, "secrets.yaml.age");
    await encryptWithAge(path, "file: 1\n", [key.recipient]);
    await writeFile(join(folder, "plain.txt"), "");
    const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });
    await workbench.clickInExplorer("plain.txt");
    await workbench.typeInEditor("plain.txt", "x");
    const backups = join(workbench.dataFolder, "data/User/Backups");
    const windows = (): Promise<readonly string[]> => readdir(backups).catch(() => []);
    await expect.poll(windows).toHaveLength(1);
    await workbench.page.goto("about:blank");
    const [window = ""] = await windows();
    const uri = `cage:${path}/secrets.yaml`;
    const old = join(backups, window, "cage");
    await mkdir(old);
    const facts = { mtime: 1, ctime: 1, size: 8, etag: "x", orphaned: false, typeId: "" };
    await writeFile(join(old, hashOf(uri)), `${uri} ${JSON.stringify(facts)}\nunsaved: 2\n`);

    // The window opens tabs by itself, and nobody types into it.
    await workbench.openAtOnce();
    await workbench.notification("secrets.yaml has unsaved text from before Cage was updated.");
    await expect.poll(() => dirtyTabs(workbench)).toEqual(["secrets.yaml"]);
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe("unsaved: 2\n");
    const tabs = (await workbench.tabs()).filter(({ name }) => name === "secrets.yaml");
    expect(tabs).toHaveLength(1);
    // Other tabs keep the text that VS Code restored, and nothing saved it.
    expect(await readFile(join(folder, "plain.txt"), "utf8")).toBe("");
    await expect.poll(() => readdir(old).catch(() => [])).toEqual([]);
    await workbench.focusEditor("secrets.yaml");
    await workbench.press("Control+Z");
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe("file: 1\n");
    await workbench.press("Control+Shift+Z");
    await workbench.save("secrets.yaml");
    const text = new TextDecoder().decode(await decryptWithAge(path, key.path));
    expect(text).toBe("unsaved: 2\n");
  },
);

async function dirtyTabs(workbench: Workbench): Promise<readonly string[]> {
  return (await workbench.tabs())
    .filter(({ name, dirty }) => dirty && name !== "plain.txt")
    .map(({ name }) => name);
}

/** Computes the name of VS Code's backup of a document. */
function hashOf(uri: string): string {
  const add = (hash: number, value: number): number => ((hash << 5) - hash + value) | 0;
  let hash = add(0, 149_417);
  for (let index = 0; index < uri.length; index++) hash = add(hash, uri.charCodeAt(index));
  return hash.toString(16);
}
