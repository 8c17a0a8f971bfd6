import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { expect } from "vitest";
import { run } from "../interop/programs";
import { encryptWithAge, generateKey, type Key } from "./ageProgram";
import { scenario } from "./scenario";
import type { Workbench } from "./workbench";

/** The patience with a window that was just opened: a busy machine takes its time. */
const patient = { timeout: 45_000 };

const yaml = "database:\n  password: hunter2\n";
const releases = ["newest", "oldest"] as const;
type Release = (typeof releases)[number];

/** Makes files. @returns a check that their bytes are still the same. */
async function encryptedFiles(folder: string, key: Key, names: readonly string[]) {
  const before = new Map<string, Buffer>();
  for (const [index, name] of names.entries()) {
    const path = join(folder, name);
    await encryptWithAge(path, `${yaml}file: ${index}\n`, [key.recipient], "-a");
    before.set(name, await readFile(path));
  }
  return async (): Promise<void> => {
    for (const [name, bytes] of before) {
      await expect.poll(() => readFile(join(folder, name)), patient).toEqual(bytes);
    }
  };
}

/** Makes a Git repository of a folder. */
async function commitAll(folder: string): Promise<void> {
  const git = (...args: string[]) =>
    run("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", ...args]);
  await git("init", "-q");
  await git("add", ".");
  await git("commit", "-q", "-m", "first");
}

/** Lists the encrypted files whose text an editor shows. */
async function shownCiphertexts(workbench: Workbench): Promise<string[]> {
  const editors = workbench.page.locator(".editor-instance .monaco-editor[data-uri]");
  const uris = await editors.evaluateAll((elements) =>
    elements.map((element: { getAttribute(name: string): string | null }) =>
      element.getAttribute("data-uri"),
    ),
  );
  return uris.filter(
    (uri) => uri?.startsWith("vscode-remote:") && uri.endsWith(".age"),
  ) as string[];
}

async function expectDecrypted(workbench: Workbench, name: string, line: string): Promise<void> {
  await expect.poll(() => workbench.editorText(name), patient).toContain(line);
  await expect.poll(async () => (await workbench.tabs()).map((tab) => tab.name)).toEqual([name]);
  expect(await shownCiphertexts(workbench)).toEqual([]);
}

/** Chooses the text editor. In a new window Cage may take its place; then it chooses again. */
async function openAsText(workbench: Workbench, name: string, decrypted: string): Promise<void> {
  const picked = workbench.page.locator(".quick-input-list .monaco-list-row");
  const [text, document] = [workbench.editor(name), workbench.editor(decrypted)];
  for (let isFocused = false; !isFocused || (await document.isVisible());) {
    await workbench.explorerMenu(name, "Open With...");
    await picked.and(workbench.page.locator('[aria-label^="Text Editor"]')).click();
    await text.or(document).first().waitFor(patient);
    isFocused = await text
      .locator(".view-lines")
      .click({ timeout: 2000 })
      .then(
        () => true,
        () => false,
      );
  }
}

/** Waits until Cage has taken back an edit, although it was saved at once. */
async function expectTakenBack(workbench: Workbench, name: string): Promise<void> {
  await workbench.notification(`${name} is the encrypted file`);
  await expect.poll(async () => (await workbench.tabs()).some(({ dirty }) => dirty)).toBe(false);
  await expect
    .poll(() => workbench.editorText(name))
    .toMatch(/^-----BEGIN AGE[^-]*-----[\w\n+/=]*-----END/);
}

/** Finds the text of the pages in place of the two sides of a diff. */
function sidePages({ page }: Workbench): Locator[] {
  return [0, 1].map((index) =>
    page
      .frameLocator(`iframe.webview >> nth=${index}`)
      .frameLocator("#active-frame")
      .getByRole("alert"),
  );
}

/** Closes the diff in front, and waits until its pages are gone. */
async function closeDiff(workbench: Workbench): Promise<void> {
  await workbench.runCommand("View: Close Editor");
  await expect.poll(() => workbench.page.locator("iframe.webview").count()).toBe(0);
}

/**
 * Finds out whether one of two pages stays blank. Of two that VS Code 1.100 makes at once, one may
 * wait for a service worker that the other has replaced.
 */
async function isOneBlank(workbench: Workbench): Promise<boolean> {
  const pages = sidePages(workbench);
  await Promise.any(pages.map((alert) => alert.waitFor(patient)));
  const filled = pages.map((alert) => alert.waitFor({ timeout: 5000 }));
  return (await Promise.allSettled(filled)).some(({ status }) => status === "rejected");
}

/**
 * Opens a diff, and waits for the pages in place of its two sides. Neither shows the text.
 *
 * @param name - the name of the diff's tab.
 */
async function expectTwoPages(
  workbench: Workbench,
  name: string,
  release: Release,
  open: () => Promise<void>,
): Promise<void> {
  await open();
  if (release === "oldest" && (await isOneBlank(workbench))) {
    // A user closes the tab and opens it again.
    await closeDiff(workbench);
    await open();
  }
  for (const alert of sidePages(workbench)) {
    await alert.waitFor(patient);
    expect(await alert.innerText()).toMatch(/is encrypted/);
  }
  expect(await shownCiphertexts(workbench)).toEqual([]);
  expect((await workbench.tabs()).filter(({ active }) => active)).toEqual([
    expect.objectContaining({ name, dirty: false }),
  ]);
}

/** Runs the command with the keyboard: the tooltip of its row would get in a click's way. */
async function compareActiveFile(workbench: Workbench): Promise<void> {
  await workbench.press("F1");
  const palette = workbench.page.locator('input[aria-label="Type the name of a command to run."]');
  await palette.fill(">File: Compare Active File With...");
  await workbench.page
    .locator('.quick-input-list .focused[aria-label^="File: Compare Active File With"]')
    .waitFor();
  await workbench.press("Enter");
  await palette.waitFor({ state: "hidden" });
}

scenario.for(releases)(
  "a file that starts the window shows decrypted in its tab's place, and no diff writes into another (%s)",
  async (release, { folder, keys, openWorkbenchAtOnce }) => {
    const key = await generateKey(keys, "keys.txt");
    const expectUnchanged = await encryptedFiles(folder, key, ["a.yaml.age", "b.yaml.age"]);
    const workbench = await openWorkbenchAtOnce({
      ...{ release, openFile: join(folder, "a.yaml.age") },
      settings: { "cage.identities": [key.path] },
    });
    await expectDecrypted(workbench, "a.yaml", "file: 0");

    await workbench.explorerMenu("b.yaml.age", "Open Raw");
    await workbench.focusEditor("b.yaml.age");
    // If something made the editor read-only, Rename would be missing.
    await workbench.explorerMenu("b.yaml.age", "Rename...");
    await workbench.page.locator(".explorer-folders-view .monaco-inputbox").waitFor();
    await workbench.press("Escape");
    await workbench.clickTab("a.yaml");
    await compareActiveFile(workbench);
    const picked = workbench.page.locator(".quick-input-list .monaco-list-row");
    await picked.filter({ hasText: "b.yaml.age" }).first().click();
    await workbench.page.locator(".monaco-diff-editor .codicon-arrow-right").click();
    await workbench.press("Control+S");
    await expectTakenBack(workbench, "b.yaml.age");
    await expectUnchanged();
  },
);

scenario.for(releases)(
  "a click on a row that just appeared opens it decrypted; ciphertext takes no text, and no diff shows it (%s)",
  async (release, { folder, keys, openWorkbenchAtOnce }) => {
    const key = await generateKey(keys, "keys.txt");
    await encryptedFiles(folder, key, ["a.yaml.age"]);
    await commitAll(folder);
    const expectUnchanged = await encryptedFiles(folder, key, ["a.yaml.age", "b.yaml.age"]);
    const workbench = await openWorkbenchAtOnce({
      release,
      settings: { "cage.identities": [key.path] },
    });
    await workbench.clickInExplorer("a.yaml.age");
    await expectDecrypted(workbench, "a.yaml", "file: 0");

    await openAsText(workbench, "b.yaml.age", "b.yaml");
    await workbench.focusEditor("b.yaml.age");
    await workbench.page.keyboard.type("xy");
    await workbench.press("Control+S");
    await expectTakenBack(workbench, "b.yaml.age");
    await expectUnchanged();

    await workbench.explorerMenu("a.yaml.age", "Select for Compare");
    await expectTwoPages(workbench, "b.yaml.age", release, () =>
      workbench.explorerMenu("b.yaml.age", "Compare with Selected"),
    );
    await closeDiff(workbench);
    await workbench.press("Control+Shift+G");
    const changed = workbench.page.locator(".scm-view .monaco-list-row", { hasText: "a.yaml.age" });
    await expectTwoPages(workbench, "a.yaml.age", release, () => changed.first().click(patient));
    await workbench.press("Control+S");
    await expectUnchanged();
  },
);
