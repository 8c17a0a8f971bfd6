import { basename } from "node:path";
import { expect } from "vitest";
import { decryptWithAge, type Key } from "./ageProgram";
import type { DraftReader } from "./draftReader";
import type { DocumentModel } from "./scheduleModel";
import type { ScheduleWindow } from "./scheduleWindow";
import type { Random } from "../workbench/random";

/** The user in a schedule, who edits documents and answers questions at random. */
export class ScheduleUser {
  /** The events so far, for explaining a failure. */
  readonly log: string[] = [];
  private count = 0;

  constructor(
    readonly window: ScheduleWindow,
    readonly documents: readonly [DocumentModel, ...DocumentModel[]],
    readonly reader: DraftReader,
    readonly key: Key,
    readonly random: Random,
  ) {}

  async open(document: DocumentModel): Promise<void> {
    const away = this.documents.filter((one) => one.isAway && one !== document);
    await this.show(document);
    for (const { name } of away) await this.window.workbench.tab(name).waitFor();
    // The opened document comes to the front again once the others are back.
    if (away.length > 0) await this.window.isInFront(document);
    for (const other of away) await this.shown(other);
  }

  async type(document: DocumentModel): Promise<void> {
    await this.window.activate(document);
    await this.typeToken(document);
  }

  async replace(document: DocumentModel): Promise<void> {
    await this.window.activate(document);
    await this.window.workbench.press("Control+A");
    const text = this.token();
    await this.window.workbench.page.keyboard.type(text);
    await this.window.expectText(document, [text]);
    document.typed(text, Date.now());
  }

  async undo(document: DocumentModel): Promise<void> {
    await this.window.activate(document);
    const key = this.random.happens(0.7) ? "Control+Z" : "Control+Y";
    for (let times = 1 + this.random.below(3); times > 0; times--)
      await this.window.workbench.press(key);
    await this.window.settled();
    document.typed(await this.window.textOf(document), Date.now());
    if (await this.window.isDirty(document)) return;
    // The editor has the file's text again; if the file has a newer one, the editor reads it.
    if (document.stale === "no") await this.window.expectText(document, document.files);
    else await this.window.expectText(document, [...document.files, document.text]);
    document.reset(await this.window.textOf(document), Date.now());
    if (document.files.includes(document.text)) document.stale = "no";
  }

  async save(document: DocumentModel): Promise<void> {
    await this.window.activate(document);
    const { text } = document;
    await this.window.workbench.press("Control+S");
    await this.saved(document, text);
  }

  async saveAndType(document: DocumentModel): Promise<void> {
    if (document.stale !== "no") return;
    await this.type(document);
    const { text } = document;
    const [before] = document.files;
    await this.window.workbench.press("Control+S");
    await this.typeToken(document);
    // VS Code takes the text a little after the key, so the save may hold some of the later text.
    const isSaved = async (): Promise<boolean> => (await this.fileText(document)) !== before;
    await expect.poll(isSaved, { message: "the Ctrl+S" }).toBe(true);
    const saved = await this.fileText(document);
    expect(document.text.startsWith(saved) && saved.startsWith(text), saved).toBe(true);
    const now = document.text;
    document.files = [saved];
    document.reset(saved, Date.now());
    if (saved === now) await expect.poll(() => this.window.isDirty(document)).toBe(false);
    else document.typed(now, Date.now());
  }

  async close(document: DocumentModel): Promise<void> {
    await this.window.activate(document);
    await this.window.workbench.closeTab(document.name);
    if (!document.isDirty) {
      document.isOpen = false;
      await expect.poll(() => this.window.isOpen(document)).toBe(false);
      return;
    }
    const answer = this.random.of(["Save", "Don't Save", "Cancel"]);
    this.say(answer);
    expect(await this.window.workbench.dialogText()).toContain("Do you want to save");
    await this.window.workbench.clickDialog(answer);
    if (answer === "Cancel") return;
    if (answer === "Save" && !(await this.saved(document, document.text))) return;
    await expect.poll(() => this.window.isOpen(document)).toBe(false);
    document.isOpen = false;
    if (answer === "Save") return;
    const { text } = document;
    document.reset(document.files[0] ?? "", Date.now());
    document.stale = "no";
    await expect
      .poll(() => this.reader.textsOf(document.path), { message: "given up" })
      .not.toContain(text);
  }

  /** Opens a document or brings it to the front, and checks what it shows. */
  async show(document: DocumentModel): Promise<void> {
    if (!(await this.window.isOpen(document))) {
      await this.window.workbench.clickInExplorer(basename(document.path));
      await this.window.workbench.tab(document.name).waitFor();
    }
    await this.shown(document);
  }

  private async shown(document: DocumentModel): Promise<void> {
    const owed = document.isAway ? [document.text] : document.owed(Date.now(), this.window.upSince);
    await this.window.workbench.tab(document.name).waitFor();
    document.isOpen = true;
    document.isAway = false;
    await this.window.activate(document, true);
    const putHere = this.window.workbench.page
      .locator(".notification-list-item")
      .filter({ hasText: `Another window has unsaved text of ${document.name}` })
      .getByRole("button", { name: "Put It Here" });
    // A killed window may have left more than this one showed last.
    const left = document.isDirty ? [] : await this.reader.textsOf(document.path);
    const expected = document.isDirty ? owed : [...document.files, ...left];
    const isExpected = async (): Promise<boolean> => {
      const text = await this.window.textOf(document);
      if (expected.includes(text) || (document.isDirty && document.isOneOf(owed, text))) {
        // The draft is put back a moment after the file's text shows.
        if (!document.files.includes(text)) return true;
        const drafts = await this.reader.textsOf(document.path);
        if (drafts.every((draft) => draft === text)) return true;
      }
      if (await putHere.first().isVisible()) await putHere.first().click();
      return false;
    };
    const message = `${document.name} shows none of ${JSON.stringify(expected)}`;
    await expect.poll(isExpected, { message }).toBe(true);
    await this.window.settled();
    const found = await this.window.textOf(document);
    if (document.files.includes(found)) {
      document.reset(found, Date.now());
      document.stale = "no";
    } else {
      document.restored(found, Date.now());
      await expect.poll(() => this.window.isDirty(document), { message: "unsaved" }).toBe(true);
    }
  }

  private async typeToken(document: DocumentModel): Promise<void> {
    const typed = this.token();
    const expected = `${document.text}${typed}`;
    await this.window.workbench.press("Control+End");
    await this.window.workbench.page.keyboard.type(typed);
    await this.window.expectText(document, [expected]);
    document.typed(expected, Date.now());
  }

  /** Follows a save to its end. @returns false if it was cancelled. */
  private async saved(document: DocumentModel, text: string): Promise<boolean> {
    const dialog = this.window.workbench.page.locator(".monaco-dialog-box");
    const isDecided = async (): Promise<boolean> =>
      (await dialog.isVisible()) || !(await this.window.isDirty(document));
    await expect.poll(isDecided, { message: `${document.name}: the Ctrl+S` }).toBe(true);
    const wasDirty = document.isDirty;
    if (await dialog.isVisible()) {
      expect(document.stale, await this.window.workbench.dialogText()).not.toBe("no");
      const answer = this.random.of(["Overwrite", "Reload", "Cancel"]);
      this.say(answer);
      await this.window.workbench.clickDialog(answer);
      if (answer === "Cancel") {
        await this.window.workbench.runCommand("Notifications: Clear All Notifications");
        return false;
      }
      await expect.poll(() => this.window.isDirty(document), { message: answer }).toBe(false);
      if (answer === "Reload") return this.reloaded(document);
    } else if (document.stale === "yes" && wasDirty && !document.files.includes(text)) {
      expect.fail(`${document.name}: the change by another program was overwritten unasked`);
    }
    document.files = [text];
    document.stale = "no";
    document.reset(text, Date.now());
    expect(await this.fileText(document), `${document.name}: the saved text`).toBe(text);
    return true;
  }

  private async reloaded(document: DocumentModel): Promise<true> {
    if (await this.window.isOpen(document)) await this.window.expectText(document, document.files);
    document.reset(document.files[0] ?? "", Date.now());
    document.stale = "no";
    return true;
  }

  async fileText({ path }: DocumentModel): Promise<string> {
    return new TextDecoder().decode(await decryptWithAge(path, this.key.path));
  }

  token(): string {
    return `t${++this.count}${this.random.happens(0.2) ? "\n" : " "}`;
  }

  say(text: string): void {
    this.log.push(`${new Date().toISOString().slice(11, 23)} ${text}`);
  }
}
