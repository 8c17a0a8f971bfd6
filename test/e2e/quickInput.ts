import type { Locator, Page } from "playwright-core";

/** An input box or a list of choices at the window's top, found by its title. */
export class QuickInput {
  private readonly box: Locator;
  private readonly input: Locator;

  constructor(page: Page, title: string | RegExp) {
    // A closed one stays in the page, so only a visible one counts.
    this.box = page
      .locator(".quick-input-widget:visible")
      .filter({ has: page.locator(".quick-input-title", { hasText: title }) });
    this.input = this.box.locator(".quick-input-box input");
  }

  /** Waits until it is visible. */
  async shown(): Promise<this> {
    await this.box.waitFor();
    return this;
  }

  /** Waits until it is hidden or has another title. */
  async gone(): Promise<void> {
    await this.box.waitFor({ state: "hidden" });
  }

  async fill(text: string): Promise<void> {
    await this.input.fill(text);
  }

  /** Fills a file dialog. While it lists the folder, its suggestion may replace what is typed. */
  async fillPath(path: string): Promise<void> {
    const listed = this.box.locator(".quick-input-list .monaco-list-row").first();
    const busy = this.box.locator(".quick-input-progress .monaco-progress-container.active");
    while ((await this.input.inputValue()) !== path) {
      await listed.waitFor();
      await busy.waitFor({ state: "hidden" });
      await this.input.fill(path);
      await busy.waitFor({ state: "hidden" });
    }
  }

  /** Fills a file dialog and accepts it: VS Code ignores Enter while it still examines a folder. */
  async acceptPath(path: string): Promise<void> {
    for (let isGone = false; !isGone;) {
      await this.fillPath(path);
      await this.input.press("Enter");
      isGone = await this.box.waitFor({ state: "hidden", timeout: 3000 }).then(
        () => true,
        () => false,
      );
    }
  }

  async accept(): Promise<void> {
    await this.input.press("Enter");
  }

  async cancel(): Promise<void> {
    await this.input.press("Escape");
    await this.gone();
  }

  /** Tells whether the input hides what is typed. */
  async isSecret(): Promise<boolean> {
    return (await this.input.getAttribute("type")) === "password";
  }

  /** Reads the line below the input: a prompt, or a complaint about the text. */
  message(): Promise<string> {
    return this.box.locator(".quick-input-message").innerText();
  }

  /** Reads the labels of the visible choices. */
  async choices(): Promise<string[]> {
    const rows = this.box.locator(".quick-input-list .monaco-list-row");
    return (await rows.locator(".quick-input-list-row .label-name").allInnerTexts()).map(plainText);
  }

  /** Reads what a screen reader says of the focused choice; "" if none has the focus. */
  async focused(): Promise<string> {
    const row = this.box.locator(".quick-input-list .monaco-list-row.focused");
    return (await row.count()) === 0 ? "" : ((await row.getAttribute("aria-label")) ?? "");
  }

  /** Clicks the choice whose label holds a text. In a list of check boxes this ticks it. */
  async choose(label: string | RegExp): Promise<void> {
    const rows = this.box.locator(".quick-input-list .monaco-list-row");
    await rows.filter({ hasText: label }).first().click();
  }
}

/** Turns VS Code's non-breaking spaces back into plain ones. */
function plainText(text: string): string {
  return text.replaceAll("\u00a0", " ").trim();
}
