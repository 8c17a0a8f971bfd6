import type { SavedBy, Watcher } from "./watcher";
import type { OpenedDraft } from "./vault";

/** The time after which no text may be lost, in milliseconds. */
export const promised = 2000;

/** A text that an editor held unsaved; null for none. */
interface State {
  readonly at: number;
  readonly text: string | null;
}

/** Texts of which one must be in an editor, in the file or in a draft. */
interface Debt {
  readonly why: string;
  readonly texts: Set<string | null>;
}

/** The state of a document, as a test found it. */
export interface Found {
  readonly file: string;
  readonly drafts: readonly OpenedDraft[];
}

/** A model of what the extension beside it owes the user for one document. */
export class Account {
  /** The texts that the file may hold: one, or more during a save. */
  readonly fileTexts: Set<string>;
  private history: State[] = [{ at: -Infinity, text: null }];
  private debts: Debt[] = [];
  /** A text that the user gave up. No draft may offer it. */
  private givenUp: string | null = null;
  private isReloading = false;
  /** True while an unedited text is being saved. */
  private isIdle = false;
  private locking: Debt | null = null;
  /** The number of times that the keys were wiped. */
  wipes = 0;
  /** The time since which no key at hand opens the file, so that no draft can be made. */
  private keylessSince: number | null = null;
  /** The user's saves that failed without a reason. */
  readonly faults: string[] = [];
  /** True if an answer of the user lets a save fail. */
  mayRefuse = false;
  /** The texts of the saves under way. */
  private readonly inFlight = new Set<string>();

  constructor(
    readonly uri: string,
    readonly path: string,
    readonly by: "key" | "passphrase",
    text: string,
  ) {
    this.fileTexts = new Set([text]);
  }

  /** The editor's unsaved text; null for none. */
  get unsaved(): string | null {
    return this.history.at(-1)?.text ?? null;
  }

  /** True from a lock until its effects are complete. */
  get isLocking(): boolean {
    return this.locking !== null;
  }

  get isOwed(): boolean {
    return this.debts.length > 0;
  }

  changed(now: number, text: string | null): void {
    if (text === this.unsaved) return;
    this.history.push({ at: now, text });
    if (this.history.length > 400) this.history.splice(1, 100);
    if (text === null) return;
    // An undo may bring back the text that was given up.
    this.givenUp = null;
    this.locking?.texts.add(text);
    const paid = this.debts.filter((debt) => debt !== this.locking && debt.texts.has(text));
    if (paid.length === 0) return;
    this.debts = this.debts.filter((debt) => !paid.includes(debt));
    // The text was there before, so it must not be lost now.
    this.history = [{ at: -Infinity, text }];
  }

  writing(text: string, by: SavedBy): void {
    if (by !== "user") return;
    // A save without edits takes a newer file's text, or writes what the editor shows.
    this.isIdle = this.unsaved === null;
    this.fileTexts.add(text);
    this.inFlight.add(text);
  }

  written(text: string, by: SavedBy, now: number): void {
    if (by === "extension") {
      this.owe("a lock set it aside", [text]);
      this.keyless(now);
      return;
    }
    this.inFlight.delete(text);
    if (this.isReloading) this.giveUp(text);
    else if (this.isLocking) {
      // The text may have gone into the draft that the lock makes; that one is owed already.
      this.fileTexts.add(text);
    } else if (!this.isIdle) {
      this.fileTexts.clear();
      this.fileTexts.add(text);
    }
    this.isReloading = false;
  }

  refused(text: string, by: SavedBy, before: ReadonlySet<string>, error: unknown): void {
    if (by !== "user") return;
    this.inFlight.delete(text);
    if (!before.has(text)) this.fileTexts.delete(text);
    const isCanceled = error instanceof Error && error.message === "Canceled";
    if (isCanceled) this.fileTexts.add(text);
    else if (!this.mayRefuse && !this.isIdle)
      this.faults.push(`refused to save ${text}: ${String(error)}`);
  }

  /** Records that another program wrote the file. */
  external(text: string): void {
    this.fileTexts.clear();
    for (const one of [text, ...this.inFlight]) this.fileTexts.add(one);
  }

  /** Records that the user chose the file's text over his own. */
  reloads(): void {
    this.isReloading = true;
  }

  /** Records that the user gives up the editor's text or a part of it. Text typed since stays. */
  giveUp(text = this.unsaved): void {
    const later = text === this.unsaved ? [] : this.history.slice(-1);
    this.givenUp = this.keylessSince !== null || later.length > 0 ? null : text;
    this.history = [{ at: -Infinity, text: null }, ...later];
  }

  /**
   * Records that the user discarded the drafts offered to him. No other can be made without a key.
   */
  forgetDebts(): void {
    this.debts = [];
    if (this.keylessSince === null) return;
    this.history = [{ at: -Infinity, text: null }, ...this.history.slice(-1)];
    this.keylessSince = -Infinity;
  }

  locks(now: number): void {
    // Without a key the text stays in the editor.
    const isKept = this.unsaved !== null && this.keylessSince === null;
    if (isKept) this.locking = this.owe("a lock came", [this.unsaved]);
    this.keyless(now);
  }

  /** Records that a lock is complete. A save may still wait for a clock; the lock goes on then. */
  locked(): void {
    if (this.inFlight.size === 0) this.locking = null;
  }

  /** Records that the keys are wiped: the user has to type a passphrase again. */
  keyless(now: number): void {
    if (this.by === "key") return;
    this.wipes++;
    this.keylessSince ??= now;
  }

  /** Records that a key is at hand again: a draft is due within the promised time. */
  keyed(now: number): void {
    if (this.keylessSince === null) return;
    const [first = null, ...later] = this.states(now);
    this.keylessSince = null;
    const states = later.map((text) => ({ at: now, text }));
    this.history = [{ at: -Infinity, text: first }, ...states];
  }

  /** Records that the extension host was killed, with its saves under way. */
  hostKilled(now: number): void {
    this.cutOff();
    // A draft that was given up a moment before may still exist.
    this.givenUp = null;
    this.keyless(now);
  }

  /** Records that the window was killed. Its text is owed if it is older than promised. */
  killed(now: number): void {
    this.cutOff();
    this.givenUp = null;
    const states = this.states(now);
    if (states.some((text) => text !== null)) this.owe("the window was killed", states);
    this.history = [{ at: -Infinity, text: null }];
    this.keylessSince = null;
  }

  /** Describes each fault; empty if there is none. */
  check({ file, drafts }: Found, now: number): readonly string[] {
    const faults = this.faults.splice(0);
    if (!this.fileTexts.has(file)) {
      faults.push(`the file holds ${file}, and not ${[...this.fileTexts].join(" or ")}`);
    }
    for (const { why, texts } of this.debts) {
      const isThere =
        texts.has(null) ||
        texts.has(file) ||
        (this.unsaved !== null && texts.has(this.unsaved)) ||
        drafts.some(({ text }) => texts.has(text));
      if (!isThere) faults.push(`lost after ${why}: ${[...texts].join(" or ")}`);
    }
    const recent = this.states(now);
    if (!recent.includes(null) && !drafts.some(({ text }) => recent.includes(text))) {
      faults.push(`no draft of ${recent.join(" or ")}; there are ${draftsText(drafts)}`);
    }
    const isGivenUp = this.givenUp !== null && this.unsaved !== this.givenUp && !this.isOwed;
    if (isGivenUp && drafts.some(({ text }) => text === this.givenUp)) {
      faults.push(`offered although it was given up: ${this.givenUp ?? ""}`);
    }
    return faults.map((fault) => `${this.path.split("/").at(-1) ?? ""}: ${fault}`);
  }

  /** Accepts the present state: the file's text counts, and found debts are paid. */
  settle({ file, drafts }: Found): void {
    this.external(file);
    // A text that its editor still holds is owed like any unsaved text.
    const isHeld = (texts: Debt["texts"]): boolean =>
      this.unsaved !== null && texts.has(this.unsaved);
    const isFound = ({ texts }: Debt): boolean =>
      !isHeld(texts) &&
      !texts.has(file) &&
      (!texts.has(null) || drafts.some(({ text }) => texts.has(text)));
    this.debts = this.debts.filter((debt) => debt === this.locking || isFound(debt));
  }

  /** Returns the states of the text during the time that may be lost. */
  private states(now: number): readonly (string | null)[] {
    const since = Math.min(now, this.keylessSince ?? now) - promised;
    const first = this.history.findLastIndex(({ at }) => at <= since);
    return this.history.slice(Math.max(0, first)).map(({ text }) => text);
  }

  /** Drops saves and locks under way. Their text is owed only if it is old enough. */
  private cutOff(): void {
    this.inFlight.clear();
    this.debts = this.debts.filter((debt) => debt !== this.locking);
    this.locking = null;
  }

  private owe(why: string, texts: readonly (string | null)[]): Debt {
    const debt = { why, texts: new Set(texts) };
    this.debts.push(debt);
    return debt;
  }
}

/** The accounts of all documents. They follow what happens in a window. */
export class Ledger implements Watcher {
  readonly accounts = new Map<string, Account>();
  private readonly before = new Map<string, ReadonlySet<string>>();

  constructor(private readonly now: () => number) {}

  add(account: Account): void {
    this.accounts.set(account.uri, account);
  }

  changed(uri: string, text: string, isDirty: boolean): void {
    this.accounts.get(uri)?.changed(this.now(), isDirty ? text : null);
  }

  reverted(uri: string): void {
    this.accounts.get(uri)?.giveUp();
  }

  writing(uri: string, text: string, by: SavedBy): void {
    const account = this.accounts.get(uri);
    if (account === undefined) return;
    this.before.set(uri, new Set(account.fileTexts));
    account.writing(text, by);
  }

  written(uri: string, text: string, by: SavedBy): void {
    this.accounts.get(uri)?.written(text, by, this.now());
  }

  refused(uri: string, text: string, by: SavedBy, error: unknown): void {
    this.accounts.get(uri)?.refused(text, by, this.before.get(uri) ?? new Set(), error);
  }
}

function draftsText(drafts: readonly OpenedDraft[]): string {
  return drafts.length === 0 ? "none" : drafts.map(({ text }) => text).join(", ");
}
