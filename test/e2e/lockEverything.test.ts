import { join } from "node:path";
import { expect } from "vitest";
import { decryptWithAge, encryptWithAge, generateKey, type Key } from "./ageProgram";
import { packDraftEditor } from "./draftEditor";
import { scenario } from "./scenario";
import type { Workbench } from "./workbench";

const canary = "canary4711";

const notebook = JSON.stringify({
  cells: [
    { cell_type: "code", metadata: {}, source: [canary], outputs: [], execution_count: null },
  ],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});

async function decrypted(path: string, key: Key): Promise<string> {
  return new TextDecoder().decode(await decryptWithAge(path, key.path));
}

/** Looks for the canary in the page and in all its frames, among them those of webviews. */
async function showsCanary({ page }: Workbench): Promise<boolean> {
  const texts = page.frames().map((frame) => frame.locator("body").innerText({ timeout: 1000 }));
  const seen = await Promise.allSettled(texts);
  return seen.some((one) => one.status === "fulfilled" && one.value.includes(canary));
}

async function openAll(folder: string, keys: string, open: (o: object) => Promise<Workbench>) {
  const key = await generateKey(keys, "keys.txt");
  const files = {
    "notes.md": `# ${canary}\n`,
    "plan.draft": `${canary}\n`,
    "book.ipynb": notebook,
  };
  for (const [name, text] of Object.entries(files)) {
    await encryptWithAge(join(folder, `${name}.age`), text, [key.recipient]);
  }
  const workbench = await open({
    settings: { "cage.identities": [key.path] },
    companions: [await packDraftEditor(keys)],
  });
  await workbench.clickInExplorer("notes.md.age");
  await expect.poll(() => workbench.editorText("notes.md")).toContain(canary);
  await workbench.focusEditor("notes.md");
  await workbench.runCommand("Markdown: Open Preview to the Side");
  await expect.poll(async () => (await workbench.tabs()).length).toBe(2);
  await workbench.focusEditor("notes.md");
  await workbench.press("Control+Shift+F");
  await workbench.page.locator(".search-view").waitFor();
  await workbench.page.keyboard.type(canary);
  await workbench.press("Enter");
  const found = workbench.page.locator(".search-view .linematch");
  await found.first().waitFor();
  await workbench.focusEditor("notes.md");
  await workbench.runCommand("Search Editor: New Search Editor");
  await workbench.page.keyboard.type(canary);
  const results = workbench.page.locator(".search-editor .view-line", { hasText: canary });
  await results.first().waitFor();
  await workbench.press("Control+Shift+E");
  await workbench.clickInExplorer("plan.draft.age");
  await expect.poll(() => workbench.editorText("plan.draft")).toContain(canary);
  await workbench.runCommand("Draft: Edit As Draft");
  await expect.poll(() => dirtyTabs(workbench)).toEqual(["plan.draft"]);
  await workbench.clickInExplorer("book.ipynb.age");
  await expect.poll(() => workbench.editorText("book.ipynb")).toContain(canary);
  await workbench.runCommand("Draft: Edit As Notebook");
  await expect.poll(() => dirtyTabs(workbench)).toEqual(["plan.draft", "book.ipynb"]);
  await expect.poll(() => showsCanary(workbench)).toBe(true);
  return { workbench, key };
}

async function dirtyTabs(workbench: Workbench): Promise<readonly string[]> {
  return (await workbench.tabs()).filter(({ dirty }) => dirty).map(({ name }) => name);
}

/** Opens again what a lock has closed. Its unsaved text is back, and saving writes it. */
async function expectBack(workbench: Workbench, folder: string, key: Key): Promise<void> {
  for (const [name, edit] of [
    ["plan.draft", "edited"],
    ["book.ipynb", "edited = 1"],
  ] as const) {
    const file = join(folder, `${name}.age`);
    expect(await decrypted(file, key)).not.toContain("edited");
    await workbench.clickInExplorer(`${name}.age`);
    await expect.poll(() => workbench.editorText(name)).toContain(edit);
    expect(await dirtyTabs(workbench)).toContain(name);
    await workbench.focusEditor(name);
    await workbench.save(name);
    expect(await decrypted(file, key)).toContain(edit);
    expect(await decrypted(file, key)).toContain(canary);
  }
}

scenario(
  "Lock Now sets a dirty notebook and custom editor aside, and closes whatever shows a document",
  async ({ folder, keys, openWorkbench }) => {
    const { workbench, key } = await openAll(folder, keys, openWorkbench);
    await workbench.runCommand("Draft: Show Panel");
    await expect.poll(async () => (await workbench.tabs()).length).toBe(6);
    await workbench.runCommand("Cage: Lock Now");
    const message = await workbench.notification("The keys are gone");
    expect(message).toContain("Panel of Another may still show decrypted text");
    expect(await showsCanary(workbench)).toBe(false);
    expect((await workbench.tabs()).length).toBe(1);
    // The Search view was hidden, and does not bring back its results.
    await workbench.page
      .locator(".activitybar")
      .getByRole("tab", { name: /^Search/ })
      .click();
    await workbench.page.locator(".search-view").waitFor();
    expect(await showsCanary(workbench)).toBe(false);
    await workbench.clickNotification("The keys are gone", "Close Those Tabs");
    await expect.poll(() => workbench.tabs()).toEqual([]);
    await workbench.press("Control+Shift+E");
    await expectBack(workbench, folder, key);
  },
);

scenario(
  "a lock that comes by itself spares no unsaved text, and loses none",
  async ({ folder, keys, openWorkbench }) => {
    const { workbench, key } = await openAll(folder, keys, openWorkbench);
    // The idle time is one second, so that the other setting is in force before the next click
    // ends.
    await workbench.runCommand("Draft: Be Idle");
    await expect.poll(() => workbench.tabs()).toEqual([]);
    await expect.poll(() => workbench.statusBarText("padlokk.cage.status")).toBe("Cage");
    expect(await showsCanary(workbench)).toBe(false);
    await workbench.runCommand("Draft: Be Busy");
    await expectBack(workbench, folder, key);
  },
);

scenario(
  "a new window is sealed: another extension reads nothing that nobody opened",
  async ({ folder, keys, openWorkbench }) => {
    const key = await generateKey(keys, "keys.txt");
    await encryptWithAge(join(folder, "secrets.yaml.age"), `a: ${canary}\n`, [key.recipient]);
    const workbench = await openWorkbench({
      settings: { "cage.identities": [key.path] },
      companions: [await packDraftEditor(keys)],
    });
    await workbench.runCommand("Draft: Peek");
    expect(await workbench.notification("Peek:")).toContain("It fails with NoPermissions");
    const label = () => workbench.statusBar("padlokk.cage.status").locator("a").ariaSnapshot();
    expect(await label()).toContain("Cage, locked");
    await workbench.clickInExplorer("secrets.yaml.age");
    await expect.poll(() => workbench.editorText("secrets.yaml")).toBe(`a: ${canary}\n`);
    await workbench.runCommand("Draft: Peek");
    expect(await workbench.notification("Peek: It reads")).toContain(canary);
  },
);
