import { rename } from "node:fs/promises";
import { expect } from "vitest";
import { encryptWithAge } from "./ageProgram";
import type { DocumentModel } from "./scheduleModel";
import type { ScheduleUser } from "./scheduleUser";
import { described } from "./scheduleWindow";

/** The events and their frequencies; those that start something anew are the slowest. */
const weights = [
  [34, "type"],
  [4, "replace"],
  [10, "undo"],
  [16, "save"],
  [5, "saveAndType"],
  [5, "pause"],
  [8, "close"],
  [5, "lock"],
  [7, "external"],
  [2, "reload"],
  [2, "killHost"],
  [2, "killPage"],
] as const;

/** Random events in a real window, beside a model of what must be where. */
export class Schedule {
  constructor(private readonly user: ScheduleUser) {}

  /** Does one event and checks every promise afterwards. */
  async step(): Promise<void> {
    const document = this.user.random.of(this.user.documents);
    const event = document.isOpen ? this.user.random.weighted(weights) : this.whileClosed();
    this.user.say(`${event} ${document.name}`);
    await this.happen(event, document);
    await this.check();
  }

  private whileClosed(): "open" | "external" {
    return this.user.random.happens(0.85) ? "open" : "external";
  }

  private async happen(event: (typeof weights)[number][1] | "open", document: DocumentModel) {
    switch (event) {
      case "open":
        return this.user.open(document);
      case "type":
        return this.user.type(document);
      case "replace":
        return this.user.replace(document);
      case "undo":
        return this.user.undo(document);
      case "save":
        return this.user.save(document);
      case "saveAndType":
        return this.user.saveAndType(document);
      case "pause":
        return this.user.window.workbench.page.waitForTimeout(this.user.random.below(3500));
      case "close":
        return this.user.close(document);
      case "lock":
        return this.lock();
      case "external":
        return this.external(document);
      case "reload":
        return this.reload(document);
      case "killHost":
        return this.killHost(document);
      case "killPage":
        return this.killPage(document);
    }
  }

  /** Fails unless each file holds what was saved last, and each owed text exists elsewhere. */
  private async check(): Promise<void> {
    for (const document of this.user.documents) {
      const owed = document.owed(Date.now(), this.user.window.upSince);
      const file = await this.user.fileText(document);
      expect(document.files, `${document.name}: the file`).toContain(file);
      const kept = [file, ...(await this.user.reader.textsOf(document.path))];
      const isKept = kept.some((text) => document.isOneOf(owed, text));
      // A save may write the file between the two looks.
      expect(
        isKept || document.isOneOf(owed, await this.user.fileText(document)),
        described(owed, kept),
      ).toBe(true);
    }
  }

  // Events

  private async lock(): Promise<void> {
    if (this.user.random.happens(0.5))
      await this.user.window.activate(this.user.random.of(this.user.documents), true);
    await this.user.window.workbench.runCommand("Cage: Lock Now");
    await expect.poll(() => this.user.window.workbench.tabs(), { message: "locked" }).toEqual([]);
    for (const document of this.user.documents.filter(({ isOpen }) => isOpen)) {
      document.isOpen = false;
      document.isAway = document.isDirty;
      if (!document.isDirty) continue;
      const drafts = await this.user.reader.textsOf(document.path);
      expect(drafts, `${document.name}: the draft of a lock`).toContain(document.text);
    }
  }

  private async external(document: DocumentModel): Promise<void> {
    const text = this.user.token();
    const isTypedOver = document.isOpen && this.user.random.happens(0.3);
    if (isTypedOver) {
      await this.user.window.activate(document);
      await this.user.window.workbench.press("Control+End");
    }
    await encryptWithAge(`${document.path}.new`, text, [this.user.key.recipient]);
    await rename(`${document.path}.new`, document.path);
    const before = document.text;
    if (document.isDirty || isTypedOver) document.replaced(text);
    else document.files = [text];
    if (document.isDirty) document.stale = "yes";
    else if (!document.isOpen) document.reset(text, Date.now());
    else if (isTypedOver) {
      this.user.say("typed over");
      const typed = this.user.token();
      await this.user.window.workbench.page.keyboard.type(typed);
      await this.user.window.expectText(document, [`${before}${typed}`, `${text}${typed}`]);
      document.typed(await this.user.window.textOf(document), Date.now());
      document.stale = "maybe";
    } else {
      await this.user.window.activate(document);
      await this.user.window.expectText(document, [text]);
      document.reset(text, Date.now());
    }
  }

  private async reload(document: DocumentModel): Promise<void> {
    await this.beforeTheEnd(document);
    this.cutOff();
    await this.user.window.workbench.reload();
    await this.comesBack();
  }

  private async killHost(document: DocumentModel): Promise<void> {
    const isSaving = document.stale === "no" && this.user.random.happens(0.5);
    if (isSaving) await this.startSave(document);
    else await this.user.type(document);
    await this.user.window.workbench.page.waitForTimeout(this.user.random.below(200));
    this.user.window.upSince = Infinity;
    const before = await this.user.window.workbench.extensionHosts();
    await this.user.window.workbench.killExtensionHosts();
    const killed = Date.now();
    if (this.user.random.happens(0.6)) await this.user.type(document);
    await this.user.window.newHost(before);
    // The dead host can no longer write the save that was cut off.
    if (isSaving) document.files = [await this.user.fileText(document)];
    if (!(await this.user.window.isDirty(document))) {
      document.reset(document.text, killed);
      await this.user.type(document);
    }
    // Only a draft shows that Cage is there again; before that, VS Code's Ctrl+S is Save As….
    const isThere = async (): Promise<boolean> =>
      (await this.user.reader.textsOf(document.path, killed)).includes(document.text);
    await expect.poll(isThere, { message: "a draft of the new host", timeout: 60_000 }).toBe(true);
    this.user.window.upSince = Date.now();
    if (isSaving) await this.user.save(document);
  }

  private async killPage(document: DocumentModel): Promise<void> {
    const isSaving = document.stale === "no" && this.user.random.happens(0.3);
    if (isSaving) await this.startSave(document);
    else await this.beforeTheEnd(document);
    this.cutOff();
    const isHostKilled = this.user.random.happens(0.6);
    this.user.say(isHostKilled ? "with its extension host" : "its extension host lives");
    if (isHostKilled) await this.user.window.workbench.killExtensionHosts();
    await this.user.window.crash();
    if (isSaving) document.files = [await this.user.fileText(document)];
    await this.comesBack();
  }

  // Parts of events

  /** Stops counting what the editors show from here on. */
  private cutOff(): void {
    for (const document of this.user.documents)
      document.cutOff(Date.now(), this.user.window.upSince);
  }

  /** Types and waits, mostly for less than a draft takes. */
  private async beforeTheEnd(document: DocumentModel): Promise<void> {
    if (this.user.random.happens(0.7)) await this.user.type(document);
    await this.user.window.workbench.page.waitForTimeout(this.user.random.below(2500));
  }

  private async startSave(document: DocumentModel): Promise<void> {
    await this.user.type(document);
    document.files = [...document.files, document.text];
    document.stale = "maybe";
    await this.user.window.workbench.press("Control+S");
    await this.user.window.workbench.page.waitForTimeout(this.user.random.below(100));
  }

  /** Waits until everything that was open or unsaved is there again. */
  private async comesBack(): Promise<void> {
    this.user.window.upSince = Date.now();
    for (const document of this.user.documents) {
      if (document.isOpen || (await this.user.window.isOpen(document)))
        await this.user.show(document);
    }
    await this.user.window.workbench.runCommand("Notifications: Clear All Notifications");
  }
}
