import { readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { encryptWithAge, generateKey } from "./ageProgram";
import { scenario, type ScenarioFixtures } from "./scenario";
import type { Workbench } from "./workbench";

const status = "padlokk.cage.status";
const text = "password: 4711\n";

/** Opens an encrypted file and types into it, and waits for the draft. */
async function editing(
  { folder, keys, openWorkbench }: Omit<ScenarioFixtures, "openWorkbenchAtOnce" | "launched">,
  typed: string,
) {
  const key = await generateKey(keys, "keys.txt");
  const path = join(folder, "secrets.yaml.age");
  await encryptWithAge(path, text, [key.recipient]);
  const before = await readFile(path);
  const workbench = await openWorkbench({ settings: { "cage.identities": [key.path] } });
  await workbench.clickInExplorer("secrets.yaml.age");
  await expect.poll(() => workbench.editorText("secrets.yaml")).toBe(text);
  await workbench.typeInEditor("secrets.yaml", typed);
  await expect.poll(() => workbench.statusBarText(status)).toContain("draft ");
  return { workbench, path, before, key };
}

/** Reads all drafts. */
async function draftsOf({ dataFolder }: Workbench): Promise<readonly Buffer[]> {
  const entries = await readdir(dataFolder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".draft"));
  return Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name))));
}

const isDirty = async (workbench: Workbench): Promise<boolean> =>
  (await workbench.tabs()).some(({ dirty }) => dirty);

scenario(
  "unsaved text comes back after a reload; undo shows the file, and a save drops the draft",
  async ({ folder, keys, openWorkbench }) => {
    const { workbench, path, before } = await editing(
      { folder, keys, openWorkbench },
      "typed: canary\n",
    );
    await workbench.reload();
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe(`${text}typed: canary\n`);
    await workbench.notification(/The unsaved text of secrets\.yaml from .* is back/);
    expect(await isDirty(workbench)).toBe(true);
    expect(await readFile(path)).toEqual(before);
    await workbench.focusEditor("secrets.yaml");
    await workbench.press("Control+Z");
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe(text);
    expect(await isDirty(workbench)).toBe(false);
    await expect.poll(() => draftsOf(workbench)).toEqual([]);
    await workbench.press("Control+Y");
    await expect.poll(async () => (await draftsOf(workbench)).length).toBe(1);
    await workbench.save("secrets.yaml");
    await expect.poll(() => draftsOf(workbench)).toEqual([]);
    expect(await readFile(path)).not.toEqual(before);
  },
);

scenario(
  "Lock Now asks nothing about unsaved text, which is back in the file, renamed or not",
  async ({ folder, keys, openWorkbench }) => {
    const { workbench, path, before } = await editing(
      { folder, keys, openWorkbench },
      "typed: canary\n",
    );
    await workbench.runCommand("Cage: Lock Now");
    await expect.poll(() => workbench.tabs()).toEqual([]);
    expect(await workbench.page.locator("body").innerText()).not.toMatch(/4711|canary/);
    expect(await readFile(path)).toEqual(before);
    const drafts = await draftsOf(workbench);
    expect(drafts.length).toBe(1);
    for (const draft of drafts) expect(draft.includes("canary")).toBe(false);
    await workbench.clickInExplorer("secrets.yaml.age");
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe(`${text}typed: canary\n`);
    expect(await isDirty(workbench)).toBe(true);

    await workbench.runCommand("Cage: Lock Now");
    await expect.poll(() => workbench.tabs()).toEqual([]);
    const renamed = join(folder, "renamed.yaml.age");
    await rename(path, renamed);
    await workbench.clickInExplorer("renamed.yaml.age");
    await expect.poll(() => workbench.editorText("renamed.yaml")).toBe(`${text}typed: canary\n`);
    await workbench.clickNotification(/, when it was .*secrets\.yaml\.age, is back/, "Discard");
    await expect.poll(() => workbench.editorText("renamed.yaml")).toBe(text);
    await expect.poll(() => draftsOf(workbench)).toEqual([]);
    expect(await readFile(renamed)).toEqual(before);
  },
);

scenario(
  "Don't Save gives the draft up, and Compare Draft with File shows both texts",
  async ({ folder, keys, openWorkbench }) => {
    const { workbench, path, before } = await editing(
      { folder, keys, openWorkbench },
      "typed: canary\n",
    );
    await workbench.runCommand("Cage: Compare Draft with File");
    await workbench.page.locator(".monaco-diff-editor .line-insert").first().waitFor();
    // It lacks the button that comparisons with a version have.
    const buttons = workbench.page.locator(".editor-actions .action-label");
    await buttons.and(workbench.page.locator('[aria-label^="Next Change"]')).waitFor();
    const ofVersions = workbench.page.locator('[aria-label^="Restore This Version"]');
    expect(await buttons.and(ofVersions).count()).toBe(0);
    await workbench.runCommand("View: Close Editor");
    await expect.poll(async () => (await workbench.tabs()).length).toBe(1);
    expect((await draftsOf(workbench)).length).toBe(1);
    await workbench.closeTab("secrets.yaml");
    await workbench.clickDialog("Don't Save");
    await expect.poll(() => workbench.tabs()).toEqual([]);
    await expect.poll(() => draftsOf(workbench)).toEqual([]);
    expect(await readFile(path)).toEqual(before);
  },
);

scenario(
  "unsaved text outlives the extension host and the window, each killed",
  async ({ folder, keys, openWorkbench }) => {
    const { workbench, path, before } = await editing(
      { folder, keys, openWorkbench },
      "typed: canary\n",
    );
    const first = await draftsOf(workbench);
    await workbench.killExtensionHosts();
    await workbench.typeInEditor("secrets.yaml", "again: canary\n");
    // VS Code starts another host, which takes over the draft.
    await expect.poll(() => draftsOf(workbench), { timeout: 45_000 }).not.toEqual(first);
    expect(await draftsOf(workbench)).toHaveLength(1);
    await expect.poll(() => workbench.statusBarText(status)).toContain("draft ");
    const typed = `${text}typed: canary\nagain: canary\n`;
    // The server keeps the extension host of a crashed page, so the draft's owner lives on.
    const again = await workbench.crash();
    if ((await again.tabs()).length === 0) await again.clickInExplorer("secrets.yaml.age");
    await again.clickNotification("Another window has unsaved text of secrets.yaml", "Put It Here");
    await expect.poll(() => again.editorText("secrets.yaml")).toBe(typed);
    expect(await isDirty(again)).toBe(true);
    expect(await readFile(path)).toEqual(before);
    await again.focusEditor("secrets.yaml");
    await again.save("secrets.yaml");
    expect(await readFile(path)).not.toEqual(before);
  },
);

scenario(
  "tabs with unsaved text come back behind the one that is opened, and lose nothing unseen",
  async ({ folder, keys, openWorkbench }) => {
    const { workbench, key } = await editing({ folder, keys, openWorkbench }, "typed: canary\n");
    for (const name of ["behind.yaml", "beside.yaml"]) {
      await encryptWithAge(join(folder, `${name}.age`), text, [key.recipient]);
      await workbench.clickInExplorer(`${name}.age`);
      await workbench.typeInEditor(name, "more: canary\n");
    }
    await workbench.runCommand("View: Move Editor into Right Group");
    await expect.poll(async () => (await draftsOf(workbench)).length).toBe(3);
    const right = workbench.page.locator(".editor-group-container:has(.tab)").nth(1);

    // The second lock comes before the tab behind was ever shown.
    for (let locks = 1; locks <= 2; locks++) {
      await workbench.runCommand("Cage: Lock Now");
      await expect.poll(() => workbench.tabs()).toEqual([]);
      await workbench.clickInExplorer("secrets.yaml.age");
      await expect.poll(() => workbench.editorText("secrets.yaml")).toBe(`${text}typed: canary\n`);
      await expect.poll(async () => (await workbench.tabs()).length).toBe(3);
      expect(await workbench.tabs()).toMatchObject([
        { name: "secrets.yaml", active: true, dirty: true },
        { name: "behind.yaml", active: false, dirty: false, preview: false },
        { name: "beside.yaml", active: true },
      ]);
      await right.locator('.tab[data-resource-name="beside.yaml"]').waitFor();
      // The click left the focus in the Explorer; tabs that come back don't take it.
      const focused = workbench.page.locator(".explorer-folders-view :focus");
      expect(await focused.getAttribute("role")).toBe("tree");
    }
    await expect.poll(() => workbench.editorText("beside.yaml")).toBe(`${text}more: canary\n`);
    await workbench.closeTab("behind.yaml");
    await expect.poll(async () => (await workbench.tabs()).length).toBe(2);
    expect((await draftsOf(workbench)).length).toBe(3);
    await workbench.clickInExplorer("behind.yaml.age");
    await expect.poll(() => workbench.editorText("behind.yaml")).toBe(`${text}more: canary\n`);
    await workbench.save("behind.yaml");
    await expect.poll(async () => (await draftsOf(workbench)).length).toBe(2);
  },
);
