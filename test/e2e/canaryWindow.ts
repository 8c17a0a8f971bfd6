import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import { inProject } from "../../scripts/project.mjs";
import { encryptWithAge, generateKey, type Key } from "./ageProgram";
import { CanaryWatch, isBackup } from "./canaryWatch";
import { launchWorkbench, type WorkbenchOptions } from "./launch";
import { scenario } from "./scenario";
import type { Workbench } from "./workbench";

/** The release of VS Code for the canaries. */
export const release = process.env["CAGE_TEST_RELEASE"] === "oldest" ? "oldest" : "newest";

/**
 * A scenario that takes minutes, so it runs only with `CAGE_TEST_CANARIES=all`. These scenarios
 * cover all that can happen to unsaved text. `CAGE_TEST_RELEASE=oldest` runs them in the oldest
 * release.
 */
export const atLength = scenario.runIf(process.env["CAGE_TEST_CANARIES"] === "all");
export const minutes = { timeout: 600_000 };

/** The document that `editing` opens. */
export const documentName = "secrets.yaml";

/** Makes a notebook with one cell. */
export const notebookOf = (text: string): string =>
  JSON.stringify({
    cells: [
      { cell_type: "code", metadata: {}, source: [text], outputs: [], execution_count: null },
    ],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });

/** Makes a script that stores a text in the page's own database, flushed to the disk. */
const storeInPage = (text: string): string => `new Promise((done, fail) => {
  const opening = indexedDB.open("control", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("texts");
  opening.onerror = fail;
  opening.onsuccess = () => {
    const { result } = opening;
    const writing = result.transaction("texts", "readwrite", { durability: "strict" });
    writing.objectStore("texts").put(${JSON.stringify(text)}, "text");
    writing.onerror = fail;
    writing.oncomplete = () => {
      result.close();
      done(true);
    };
  };
})`;

/**
 * A VS Code window with a server, a browser and folders of its own, and a watch on all files that
 * any program writes there.
 */
export class CanaryWindow {
  private constructor(
    /** The window's driver; a new one after the browser was killed. */
    public workbench: Workbench,
    readonly watch: CanaryWatch,
    /** The folder that the window opens. */
    readonly folder: string,
    readonly key: Key,
  ) {}

  /** Starts everything with an empty `plain.txt`, but does not open the window yet. */
  static async launch(options: Partial<WorkbenchOptions> = {}): Promise<CanaryWindow> {
    const system = tmpdir();
    const temporary = await mkdtemp(join(system, "cage-canary-"));
    const own = (name: string) => join(temporary, name);
    const folder = options.folder ?? own("workspace");
    for (const path of [folder, own("home"), own("run")]) await mkdir(path, { recursive: true });
    const key = await generateKey(temporary, "keys.txt");
    await writeFile(join(folder, "plain.txt"), "");
    // Files of the browser and of this process also go below one folder.
    const environment = { TMPDIR: temporary, HOME: own("home"), XDG_RUNTIME_DIR: own("run") };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const workbench = await launchWorkbench({
      ...{ profile: own("profile"), release, env: { XDG_RUNTIME_DIR: own("run") } },
      ...options,
      folder,
      settings: { "cage.identities": [key.path], ...options.settings },
    });
    const watch = new CanaryWatch([
      { folder: temporary },
      ...(options.folder === undefined ? [] : [{ folder }]),
      // Cage has folders of its own in memory, beside the browser's shared memory.
      { folder: "/dev/shm", names: /^cage-/ },
      // Some programs ignore TMPDIR.
      { folder: system, names: /^(vscode|code|chrom)/i },
    ]);
    const window = new CanaryWindow(workbench, watch, folder, key);
    onTestFinished(async ({ task }) => {
      if (task.result?.state === "fail") {
        await mkdir(inProject("test-results"), { recursive: true });
        const picture = `${task.name.replace(/[^\w]+/g, "-")}-${release}.png`;
        // A page that is gone has no picture.
        await window.workbench
          .screenshot(inProject("test-results", picture))
          .catch(() => undefined);
      }
      watch.close();
      await workbench.close();
      await rm(temporary, { recursive: true, force: true });
    });
    return window;
  }

  /** Opens the window with a document that holds a secret, and has another secret unsaved. */
  static async editing(options: Partial<WorkbenchOptions> = {}): Promise<CanaryWindow> {
    const window = await CanaryWindow.launch(options);
    const text = `${window.watch.secret()}\nneedle: ${window.watch.secret()}\n`;
    await window.encrypt(documentName, text);
    await window.workbench.open();
    await window.open("plain.txt", "plain.txt");
    await window.typeSecret(documentName);
    return window;
  }

  /** Encrypts a file with the window's key. */
  async encrypt(name: string, text: string): Promise<void> {
    await encryptWithAge(join(this.folder, `${name}.age`), text, [this.key.recipient]);
  }

  /** Opens a file in a tab that stays; by default its encrypted file, decrypted. */
  async open(name: string, row = `${name}.age`): Promise<void> {
    await this.workbench.clickInExplorer(row);
    await this.workbench.editor(name).first().waitFor();
    await this.workbench.runCommand("View: Keep Editor");
  }

  /** Types a text. It types again if a busy window swallows it. */
  async type(name: string, text: string): Promise<void> {
    const { workbench } = this;
    for (let isThere = false; !isThere;) {
      await workbench.typeInEditor(name, `\n${text}`);
      const line = workbench.editor(name).locator(".view-line", { hasText: text });
      isThere = await line
        .first()
        .waitFor({ timeout: 2000 })
        .then(
          () => true,
          () => false,
        );
    }
  }

  /** Reopens a text document as a notebook. */
  async asNotebook(name: string): Promise<void> {
    await this.workbench.clickTab(name);
    await this.workbench.runCommand("View: Reopen Editor With...");
    const rows = this.workbench.page.locator(".quick-input-list .monaco-list-row");
    await rows.filter({ hasText: "Jupyter Notebook" }).click();
    await this.cell().waitFor();
  }

  /** Types at the end of the first cell of the visible notebook. */
  async typeInCell(text: string): Promise<void> {
    const cell = this.cell();
    await cell.locator(".view-lines").click();
    await cell.and(this.workbench.page.locator(".focused")).waitFor();
    await this.workbench.press("Control+End");
    await this.workbench.page.keyboard.type(text);
    await cell.locator(".view-line", { hasText: text }).first().waitFor();
  }

  /** Types a secret into a document, after opening it if no tab shows it. */
  async typeSecret(name: string): Promise<void> {
    const isOpen = (await this.workbench.tabs()).some((tab) => tab.name === name);
    if (isOpen) await this.workbench.clickTab(name);
    else await this.open(name);
    await this.type(name, this.watch.secret());
  }

  /** Types a harmless text into `plain.txt`, and waits until the watch has seen it. */
  async control(): Promise<void> {
    const text = this.watch.control();
    await this.workbench.clickTab("plain.txt");
    await this.type("plain.txt", text);
    await this.isBackedUp(text);
  }

  /** Lets the page store a harmless text, and waits until the watch has seen that, too. */
  async controlInProfile(): Promise<void> {
    const text = this.watch.control();
    await this.workbench.page.evaluate(storeInPage(text));
    await expect.poll(() => this.watch.filesWith(text).join()).toContain("/profile/");
  }

  /** Waits until the watch has seen a text in one of VS Code's backups. @returns its path. */
  async isBackedUp(text: string): Promise<string> {
    const files = () => this.watch.filesWith(text).filter(isBackup);
    await expect.poll(() => files().length).toBeGreaterThan(0);
    return files()[0] ?? "";
  }

  /** Waits until a draft of the present text exists. */
  async hasDraft(): Promise<void> {
    const text = () => this.workbench.statusBarText("padlokk.cage.status");
    await expect.poll(text).toContain("draft ");
  }

  /** Waits for a comparison with a new line, and closes it. */
  async closeComparison(): Promise<void> {
    const { page } = this.workbench;
    await page.locator(".monaco-diff-editor .line-insert").first().waitFor();
    await this.workbench.runCommand("View: Close Editor");
    await page.locator(".monaco-diff-editor .line-insert").first().waitFor({ state: "hidden" });
  }

  async hasTabs(count: number): Promise<void> {
    await expect.poll(async () => (await this.workbench.tabs()).length).toBe(count);
  }

  /** Reads all files that exist. None, now or earlier, may have held a secret. */
  expectNoLeak(): void {
    this.watch.scan();
    const { filesRead, leaks } = this.watch;
    console.info(`${release}: ${filesRead} files read, secrets seen in ${leaks.length}`);
    expect(filesRead).toBeGreaterThan(100);
    expect(leaks).toEqual([]);
  }

  private cell() {
    // A hidden notebook stays in the page, so only visible ones count.
    const editors = ".notebook-editor .cell-editor-part .monaco-editor:not([inert] *)";
    return this.workbench.page.locator(editors).filter({ visible: true }).first();
  }
}
