import { basename } from "node:path";
import type { Life, News, Untimed } from "./news";
import type { Random } from "./random";
import type { Question, User } from "./user";
import { Uri } from "./values";
import type { Vault } from "./vault";
import type { SavedBy, Watcher } from "./watcher";
import type { Workbench } from "./workbench";

/** A document, and what its typist remembers of it. */
interface Page {
  readonly path: string;
  readonly uri: string;
  readonly name: string;
  /** The text that a lock has set aside and that has not come back yet. */
  aside: string | null;
  /** The answer to the question whether to save unsaved text on closing. */
  atClose: "save" | "don't save" | "cancel";
}

/** People who each work on a document until their process is killed. They report what they do. */
export class Typists implements User, Watcher {
  private readonly pages: readonly Page[];
  private count = 0;
  private toldKept = "";
  private isLocking = false;
  private busy = 0;
  window: Workbench | null = null;

  constructor(
    private readonly life: Life,
    private readonly random: Random,
    private readonly vault: Vault,
    private readonly tell: (news: Untimed<News>) => void,
  ) {
    this.pages = life.documents.map(({ path, uri }) => {
      const name = basename(path, ".age");
      return { path, uri, name, aside: null, atClose: "cancel" };
    });
  }

  /** Opens every document. */
  async openAll(): Promise<void> {
    for (const page of this.pages) await this.open(page);
  }

  /** Edits and saves every document. */
  async saveAll(): Promise<void> {
    for (const page of this.pages) {
      this.typeIn(page);
      await this.save(page);
    }
  }

  /** Starts the work, which only a kill ends. */
  begin(): void {
    for (const page of this.pages) {
      const isRestless = this.random.happens(0.3);
      void this.forEver(() => (isRestless ? this.typeOn(page) : this.act(page)));
    }
    // A lock makes drafts of its own. Typing without a pause must also be tested without one.
    if (this.random.happens(0.5)) return;
    void this.forEver(async () => {
      await pause(this.random.of([20, 100, 300, 1500]) + this.random.below(300));
      await this.lock();
    });
  }

  answer({ message, isModal, buttons }: Question): string | undefined | Promise<undefined> {
    const page = this.pages.find(({ name }) => message.includes(name));
    const press = (button: string): string | undefined =>
      buttons.includes(button) ? button : undefined;
    if (isModal) {
      if (page !== undefined && buttons.includes("Restore")) {
        this.tell({ kind: "restores", uri: page.uri });
      }
      return press("Restore") ?? press("Overwrite") ?? buttons[0];
    }
    if (page !== undefined && message.startsWith("There is other unsaved text")) {
      this.tell({ kind: "discards a draft", uri: page.uri });
      return press("Discard Draft");
    }
    if (page !== undefined && message.includes(" is back.") && this.random.happens(0.1)) {
      this.tell({ kind: "gives up", uri: page.uri });
      return press("Discard");
    }
    if (buttons.includes("Restore…")) return "Restore…";
    return message.startsWith("No version") ? undefined : new Promise(() => undefined);
  }

  type(): undefined {
    return undefined;
  }

  pick(title: string, count: number): number | undefined {
    return title === "Restore Version" ? undefined : this.random.below(count);
  }

  close(uri: string): "save" | "don't save" | "cancel" {
    const answer = this.pages.find((page) => page.uri === uri)?.atClose ?? "cancel";
    if (answer === "don't save") this.tell({ kind: "gives up", uri });
    return answer;
  }

  changed(uri: string, text: string, isDirty: boolean): void {
    // The text and the window are reported together: a host hears of a change later than its
    // window.
    const kept = this.window?.kept;
    if (kept !== undefined) this.tell({ kind: "changed", uri, text: isDirty ? text : null, kept });
    const page = this.pages.find((one) => one.uri === uri);
    if (page !== undefined && isDirty && page.aside === text) page.aside = null;
  }

  reverted(): void {
    // The typist reports what he gives up where he does so.
  }

  writing(uri: string, text: string, by: SavedBy): void {
    if (by === "user") this.tell({ kind: "writing", uri, text });
  }

  written(uri: string, text: string, by: SavedBy): void {
    // Restore Version… also saves unsaved text, with the user's consent.
    const isLocks = by === "extension" && this.isLocking;
    this.tell({ kind: "written", uri, text, by: isLocks ? by : "user" });
    const page = this.pages.find((one) => one.uri === uri);
    if (page !== undefined && isLocks) page.aside = text;
  }

  refused(uri: string, text: string, by: SavedBy, error: unknown): void {
    this.tell({ kind: "fails", message: `${by} could not save ${text}: ${String(error)}, ${uri}` });
  }

  /** Reports the parts of the window that would outlive this process. */
  tellKept(): void {
    if (this.window === null) return;
    const { kept } = this.window;
    const text = JSON.stringify(kept);
    if (text !== this.toldKept) this.tell({ kind: "kept", kept });
    this.toldKept = text;
  }

  private async forEver(work: () => Promise<void>): Promise<never> {
    for (;;) {
      try {
        await work();
      } catch (error) {
        this.tell({ kind: "fails", message: error instanceof Error ? String(error.stack) : "?" });
        await pause(1000);
      }
    }
  }

  /** Does one thing with a document, unless a lock is under way. */
  private async act(page: Page): Promise<void> {
    await this.apart(async () => {
      await this.open(page);
      const deed = this.random.weighted<() => Promise<void>>([
        [30, () => this.burst(page)],
        [25, () => this.save(page)],
        [8, () => this.leave(page)],
        [12, () => this.restore(page)],
      ]);
      await deed();
    });
    await pause(this.random.below(this.random.of([5, 60, 600])));
  }

  /** Types with pauses that are too short for a draft. */
  private async typeOn(page: Page): Promise<void> {
    await this.apart(async () => {
      await this.open(page);
      this.typeIn(page);
    });
    await pause(20 + this.random.below(120));
  }

  private async apart(work: () => Promise<void>): Promise<void> {
    while (this.isLocking) await pause(2);
    this.busy++;
    try {
      await work();
    } finally {
      this.busy--;
    }
  }

  private async lock(): Promise<void> {
    this.isLocking = true;
    try {
      await until("nobody is busy", () => this.busy === 0);
      await this.window?.command("cage.lockNow");
      await until("every tab is closed", () => !this.pages.some((page) => this.isOpen(page)));
    } finally {
      this.isLocking = false;
    }
  }

  /** Opens a document unless it is open, and waits until the text set aside is back. */
  private async open(page: Page): Promise<void> {
    if (!this.isOpen(page)) await this.window?.command("cage.openDecrypted", Uri.file(page.path));
    await until(`${page.name} is open`, () => this.isOpen(page));
    this.window?.pin(page.uri);
    await until(`the text of ${page.name} is back`, () => page.aside === null);
  }

  private isOpen({ uri }: Page): boolean {
    return this.window?.models.has(uri) ?? false;
  }

  private typeIn({ uri }: Page): void {
    this.window?.edit(uri, `${this.life.number}.${++this.count}`);
  }

  private async burst(page: Page): Promise<void> {
    for (let left = 1 + this.random.below(5); left > 0; left--) {
      this.typeIn(page);
      await pause(this.random.below(40));
    }
  }

  /** Saves, and may go on typing meanwhile. */
  private async save(page: Page): Promise<void> {
    const saving = this.window?.save(page.uri, "user");
    if (this.random.happens(0.4)) await this.burst(page);
    await saving;
  }

  private async leave(page: Page): Promise<void> {
    page.atClose = this.random.of(["don't save", "don't save", "save"]);
    await this.window?.close(page.uri);
  }

  private async restore(page: Page): Promise<void> {
    await this.window?.save(page.uri, "user");
    await this.window?.command("cage.restoreVersion", Uri.file(page.path));
    this.tell({ kind: "restored", uri: page.uri, text: await this.vault.read(page.path) });
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits for a condition. @throws if it does not come about for very long. */
async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let left = 4000; !isSo(); left--) {
    if (left === 0) throw new Error(`it never came about that ${what}`);
    await pause(5);
  }
}
