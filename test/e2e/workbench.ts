import { dirname } from "node:path";
import type { Locator, Page } from "playwright-core";
import { findProcesses } from "./processes";
import { QuickInput } from "./quickInput";

/** The server and the browser that the page belongs to. */
export interface WorkbenchHost {
  readonly address: string;
  readonly dataFolder: string;
  /** Kills the server and starts it again. */
  readonly restartServer: () => Promise<void>;
  /** Kills the browser and starts it again with its profile. @returns a new page. */
  readonly restartBrowser: () => Promise<Page>;
  readonly close: () => Promise<void>;
}

export interface Tab {
  readonly name: string;
  readonly dirty: boolean;
  readonly active: boolean;
  readonly preview: boolean;
}

/**
 * A VS Code window, used as a person uses it: by what it shows and by keys. Every function waits
 * for what it needs, up to a minute, and none waits a fixed time. Tests look at what it shows with
 * `expect.poll`.
 */
export class Workbench {
  /**
   * The folder of everything that this VS Code itself writes: settings, state, backups and logs.
   */
  readonly dataFolder: string;

  constructor(
    /** The page itself, for actions that this driver lacks. */
    readonly page: Page,
    private readonly host: WorkbenchHost,
  ) {
    this.dataFolder = host.dataFolder;
  }

  /** Opens the window, and waits for the rows of its Explorer and for the extension's commands. */
  async open(): Promise<void> {
    await this.page.goto(this.host.address);
    await this.isReady();
  }

  /** Opens the window without waiting, as a user who clicks at once. */
  async openAtOnce(): Promise<void> {
    await this.page.goto(this.host.address);
  }

  /** Reloads the window. Text that was typed less than a second ago may have no backup yet. */
  async reload(): Promise<void> {
    // The browser's own reload would lose tab state that VS Code has not stored yet.
    const loaded = this.page.waitForEvent("load");
    await this.runCommand("Developer: Reload Window");
    await loaded;
    await this.isReady();
  }

  /** Crashes the page and opens the window in a new one. */
  async crash(): Promise<Workbench> {
    const session = await this.page.context().newCDPSession(this.page);
    const crashed = this.page.waitForEvent("crash");
    void session.send("Page.crash").catch(() => undefined);
    await crashed;
    const page = await this.page
      .context()
      .browser()
      ?.newPage({ viewport: this.page.viewportSize() });
    if (page === undefined) throw new Error("the browser is gone");
    page.on("dialog", (dialog) => void dialog.accept());
    const again = new Workbench(page, this.host);
    await again.open();
    return again;
  }

  /** Lists the processes of the extension hosts, also of crashed windows. */
  async extensionHosts(): Promise<readonly number[]> {
    const mark = dirname(this.dataFolder);
    return findProcesses(
      (arguments_, environment) =>
        arguments_.includes("--type=extensionHost") && environment.includes(mark),
    );
  }

  /** Kills the extension hosts by SIGKILL. VS Code starts another one. */
  async killExtensionHosts(): Promise<void> {
    for (const pid of await this.extensionHosts()) process.kill(pid, "SIGKILL");
  }

  /** Kills the server with its extension hosts by SIGKILL, and opens the window on a new server. */
  async killServer(): Promise<void> {
    await this.host.restartServer();
    await this.open();
  }

  /** Kills the browser by SIGKILL, and opens the window in a new one with the same profile. */
  async killBrowser(): Promise<Workbench> {
    const again = new Workbench(await this.host.restartBrowser(), this.host);
    await again.open();
    return again;
  }

  /** Closes the window and the server, and removes all that they left on the disk. */
  close(): Promise<void> {
    return this.host.close();
  }

  /** Writes a PNG of the window. */
  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path });
  }

  // Keys and commands

  async press(keys: string): Promise<void> {
    await this.page.keyboard.press(keys);
  }

  /** Runs a command of the Command Palette by its full title, such as "Cage: Lock Now". */
  async runCommand(title: string): Promise<void> {
    await this.press("F1");
    const palette = this.page.locator('input[aria-label="Type the name of a command to run."]');
    await palette.fill(`>${title}`);
    const rows = this.page.locator(".quick-input-list .monaco-list-row");
    await rows
      .and(this.page.locator(`[aria-label^=${JSON.stringify(title)}]`))
      .first()
      .click();
    await palette.waitFor({ state: "hidden" });
  }

  /** Presses Ctrl+S and waits until the tab is no longer dirty. Use `press` if the save asks. */
  async save(tabName: string): Promise<void> {
    await this.press("Control+S");
    await this.tab(tabName).and(this.page.locator(":not(.dirty)")).waitFor();
  }

  // Explorer

  /** Clicks a visible file or folder in the Explorer. */
  async clickInExplorer(name: string): Promise<void> {
    await this.explorerRow(name).click();
  }

  /** Double-clicks a visible file in the Explorer, which keeps its tab. */
  async doubleClickInExplorer(name: string): Promise<void> {
    await this.explorerRow(name).dblclick();
  }

  /** Opens a row's context menu and clicks an entry by its full text. */
  async explorerMenu(name: string, entry: string): Promise<void> {
    await this.explorerRow(name).click({ button: "right" });
    const label = `.monaco-menu .action-label[aria-label=${JSON.stringify(entry)}]`;
    const item = this.page.locator(label);
    // A menu may swallow a click at the moment it opens.
    for (let isGone = false; !isGone;) {
      await item.click();
      isGone = await item.waitFor({ state: "hidden", timeout: 1000 }).then(
        () => true,
        () => false,
      );
    }
  }

  /** Reads the visible names in the Explorer. */
  async explorerNames(): Promise<string[]> {
    return this.page.locator(".explorer-folders-view .monaco-list-row .label-name").allInnerTexts();
  }

  // Editors

  /** Finds the text editor of the document whose URI ends like this, such as "secrets.yaml". */
  editor(uriSuffix: string): Locator {
    return this.page.locator(
      `.editor-instance .monaco-editor[data-uri$=${JSON.stringify(uriSuffix)}]`,
    );
  }

  async focusEditor(uriSuffix: string): Promise<void> {
    await this.editor(uriSuffix).locator(".view-lines").click();
    await this.editor(uriSuffix).and(this.page.locator(".focused")).waitFor();
  }

  /** Types at the end of a document. */
  async typeInEditor(uriSuffix: string, text: string): Promise<void> {
    await this.focusEditor(uriSuffix);
    await this.press("Control+End");
    await this.page.keyboard.type(text);
  }

  /** Types a text over the whole document. */
  async replaceEditorText(uriSuffix: string, text: string): Promise<void> {
    await this.focusEditor(uriSuffix);
    await this.press("Control+A");
    await this.page.keyboard.type(text);
  }

  /** Reads the visible lines, without scrolling; "" if there is no editor. */
  async editorText(uriSuffix: string): Promise<string> {
    const lines = await this.editor(uriSuffix)
      .locator(".view-lines .view-line")
      .evaluateAll((elements) =>
        elements.map(({ style, textContent }: PageElement) => ({
          top: style.top,
          text: textContent,
        })),
      );
    return lines
      .sort((a, b) => parseFloat(a.top) - parseFloat(b.top))
      .map(({ text }) => text.replaceAll("\u00a0", " "))
      .join("\n");
  }

  /** Counts the colours of an editor's words: more than one if a language highlights them. */
  async editorColours(uriSuffix: string): Promise<number> {
    const words = this.editor(uriSuffix).locator(".view-line span[class^='mtk']");
    const classes = await words.evaluateAll((elements) =>
      elements.map(({ className }: PageElement) => className),
    );
    return new Set(classes).size;
  }

  // Tabs

  async tabs(): Promise<Tab[]> {
    const tabs = this.page.locator(".tabs-container .tab");
    return tabs.evaluateAll((elements) =>
      elements.map((tab: PageElement) => ({
        name: tab.getAttribute("data-resource-name") ?? "",
        dirty: tab.classList.contains("dirty"),
        active: tab.classList.contains("active"),
        preview: tab.querySelector(".italic") !== null,
      })),
    );
  }

  tab(name: string): Locator {
    return this.page.locator(`.tabs-container .tab[data-resource-name=${JSON.stringify(name)}]`);
  }

  async clickTab(name: string): Promise<void> {
    await this.tab(name).click();
  }

  /** Closes a tab by its cross. A dirty tab asks in a dialog. */
  async closeTab(name: string): Promise<void> {
    await this.tab(name).hover();
    await this.tab(name).locator(".tab-actions .action-label").click();
  }

  /** Clicks a button at the right end of the tab bar, by its tooltip. */
  async clickEditorTitle(tooltip: string): Promise<void> {
    await this.page.locator(".editor-actions").getByRole("button", { name: tooltip }).click();
  }

  // Questions and messages

  /** Waits for an input box or a list with this title. */
  quickInput(title: string | RegExp): Promise<QuickInput> {
    return new QuickInput(this.page, title).shown();
  }

  /** Waits for a modal dialog. @returns its message and the detail below. */
  async dialogText(): Promise<string> {
    const box = this.page.locator(".monaco-dialog-box");
    await box.waitFor();
    const parts = [".dialog-message-text", ".dialog-message-detail"];
    const texts = await Promise.all(parts.map((part) => box.locator(part).allInnerTexts()));
    return texts.flat().join("\n");
  }

  /** Clicks a button of the modal dialog and waits until it is gone. Another dialog may follow. */
  async clickDialog(button: string): Promise<void> {
    const box = this.page.locator(".monaco-dialog-box");
    const pressed = box.getByRole("button", { name: button, exact: true });
    await pressed.click();
    await pressed.waitFor({ state: "hidden" });
  }

  /** Reads the messages at the bottom right, or in the list of notifications. */
  async notifications(): Promise<string[]> {
    return this.page
      .locator(`${notification}:visible .notification-list-item-message`)
      .allInnerTexts();
  }

  /** Waits for a message that holds a text. */
  async notification(text: string | RegExp): Promise<string> {
    const message = this.page.locator(notification).filter({ hasText: text }).first();
    return message.locator(".notification-list-item-message").innerText();
  }

  /** Clicks a button of the message that holds a text. */
  async clickNotification(text: string | RegExp, button: string): Promise<void> {
    const message = this.page.locator(notification).filter({ hasText: text }).first();
    await message.getByRole("button", { name: button, exact: true }).click();
  }

  // Status bar

  /** Finds an entry by its id: "padlokk.cage.…" is ours, "status.editor.mode" is the language. */
  statusBar(id: string): Locator {
    return this.page.locator(`.statusbar-item[id=${JSON.stringify(id)}]`);
  }

  /** Reads an entry's text without its icons; "" if the entry is not there. */
  async statusBarText(id: string): Promise<string> {
    return (await this.statusBar(id).allInnerTexts()).join(" ").trim();
  }

  async clickStatusBar(id: string): Promise<void> {
    await this.statusBar(id).locator("a").click();
  }

  private explorerRow(name: string): Locator {
    // A decoration may follow the label, such as "x.age • Untracked".
    const [exactly, decorated] = [JSON.stringify(name), JSON.stringify(`${name} • `)];
    const row = ".explorer-folders-view .monaco-list-row[role='treeitem']";
    return this.page.locator(`${row}[aria-label=${exactly}], ${row}[aria-label^=${decorated}]`);
  }

  private async isReady(): Promise<void> {
    await this.page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
    // A new window appears before it knows its extensions. VS Code sets a mark when it does, and a
    // moment later the palette offers their commands.
    await this.page.waitForFunction(
      "performance.getEntriesByName('code/didLoadExtensions').length > 0",
    );
    const offered = this.page.locator(
      '.quick-input-list .monaco-list-row[aria-label^="Cage: Lock Now"]',
    );
    await this.press("F1");
    const palette = this.page.locator('input[aria-label="Type the name of a command to run."]');
    for (let isKnown = false; !isKnown;) {
      await palette.fill(">Cage: Lock");
      await palette.fill(">Cage: Lock Now");
      isKnown = await offered.waitFor({ timeout: 500 }).then(
        () => true,
        () => false,
      );
    }
    await this.press("Escape");
    await palette.waitFor({ state: "hidden" });
    // VS Code makes the service of custom editors when the page is idle. Idle callbacks run in the
    // order of their requests, so the service exists after this one.
    await this.page.evaluate(
      "new Promise((done) => requestIdleCallback(() => requestIdleCallback(() => done(true))))",
    );
  }
}

const notification = ".notification-list-item";

/** The parts of the page's own types that are used: this project is compiled without them. */
interface PageElement {
  readonly className: string;
  readonly classList: { contains(name: string): boolean };
  readonly style: { readonly top: string };
  readonly textContent: string;
  getAttribute(name: string): string | null;
  querySelector(selector: string): unknown;
}
