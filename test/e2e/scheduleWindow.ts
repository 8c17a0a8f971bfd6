import { mkdir } from "node:fs/promises";
import { expect } from "vitest";
import { inProject } from "../../scripts/project.mjs";
import type { DocumentModel } from "./scheduleModel";
import type { Workbench } from "./workbench";

/** The window of a schedule; another one after each kill. */
export class ScheduleWindow {
  /** The time since which an extension host can make drafts. */
  upSince = 0;

  constructor(private current: Workbench) {}

  get workbench(): Workbench {
    return this.current;
  }

  /** Crashes the page and opens the window in a new one. */
  async crash(): Promise<void> {
    const { page } = this.current;
    this.current = await this.current.crash();
    await page.context().close();
  }

  /** Describes the window apart from its text, and takes a picture of it. */
  async describe(): Promise<string> {
    await mkdir(inProject("test-results"), { recursive: true });
    await this.workbench.screenshot(inProject("test-results", "randomSchedule.png"));
    const [tabs, notifications] = [this.workbench.tabs(), this.workbench.notifications()];
    return JSON.stringify({ tabs: await tabs, notifications: await notifications }, null, 1);
  }

  /** Waits for another extension host, which VS Code does not always start by itself. */
  async newHost(before: readonly number[]): Promise<void> {
    const restart = this.workbench.page.getByRole("button", { name: /^Restart .*Extension Host$/ });
    await expect
      .poll(
        async () => {
          if (await restart.first().isVisible()) await restart.first().click();
          const hosts = await this.workbench.extensionHosts();
          return hosts.some((pid) => !before.includes(pid));
        },
        { message: "another extension host", timeout: 60_000 },
      )
      .toBe(true);
  }

  async activate(document: DocumentModel, isOptional = false): Promise<void> {
    if (isOptional && !(await this.isOpen(document))) return;
    await this.workbench.clickTab(document.name);
    await this.isInFront(document);
  }

  async isInFront({ name }: DocumentModel): Promise<void> {
    const { page } = this.workbench;
    await this.workbench.editor(name).and(page.locator(".focused")).waitFor();
  }

  textOf({ name }: DocumentModel): Promise<string> {
    return this.workbench.editorText(name);
  }

  async expectText(document: DocumentModel, texts: readonly string[]): Promise<void> {
    const isOne = async (): Promise<boolean> => texts.includes(await this.textOf(document));
    const message = `${document.name} shows ${described(texts, [await this.textOf(document)])}`;
    await expect.poll(isOne, { message }).toBe(true);
  }

  async isOpen({ name }: DocumentModel): Promise<boolean> {
    return (await this.workbench.tab(name).count()) > 0;
  }

  async isDirty({ name }: DocumentModel): Promise<boolean> {
    return (await this.workbench.tabs()).some((tab) => tab.name === name && tab.dirty);
  }

  /** Waits until the page shows the effect of the last keys. */
  async settled(): Promise<void> {
    await this.workbench.page.evaluate(
      "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))",
    );
  }
}

/** Describes what was expected and what was found. */
export function described(wanted: readonly string[], found: readonly string[]): string {
  return `one of ${JSON.stringify(wanted)}: ${JSON.stringify(found)}`;
}
