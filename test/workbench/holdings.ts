/** The time after which no edit may be lost, in milliseconds. */
export const promised = 2000;

/** The number of versions that Cage keeps of each file. */
export const kept = 3;

/** The time, in milliseconds, that writing a draft may take once it has begun. */
const writing = 500;

/** The texts owed to the user for one document. Its extension host may die at any moment. */
export class Holdings {
  /** The texts that the file may hold: one, or more while it is being written. */
  readonly fileTexts: Set<string>;
  /** All texts that the file has held, in order. */
  readonly held: string[];
  /** The unsaved texts of the editor, each with the time of its beginning; null for none. */
  private history: { readonly at: number; readonly text: string | null }[] = [
    { at: -Infinity, text: null },
  ];
  /** Sets of texts; one of each set must come back. */
  private debts: ReadonlySet<string | null>[] = [];

  constructor(
    readonly path: string,
    readonly uri: string,
    text: string,
  ) {
    this.fileTexts = new Set([text]);
    this.held = [text];
  }

  /** The editor's unsaved text; null for none. */
  get unsaved(): string | null {
    return this.history.at(-1)?.text ?? null;
  }

  get isOwed(): boolean {
    return this.debts.length > 0;
  }

  /** Records that the editor's unsaved text changed. */
  changed(at: number, text: string | null): void {
    if (text === this.unsaved) return;
    const left = this.debts.filter((debt) => !debt.has(text));
    // It was there before and has come back, so it must not be lost now.
    if (left.length < this.debts.length) this.history = [{ at: -Infinity, text }];
    else this.history.push({ at, text });
    this.debts = left;
  }

  /** Records that the file holds a text, and that no other write is under way. */
  isNow(text: string): void {
    this.fileTexts.clear();
    this.fileTexts.add(text);
    if (this.held.at(-1) !== text) this.held.push(text);
    this.debts = this.debts.filter((debt) => !debt.has(text));
  }

  /** Records that a lock has set a text aside. */
  setAside(text: string): void {
    this.debts.push(new Set([text]));
  }

  /** Records that the user gives up the editor's unsaved text. */
  giveUp(): void {
    this.history = [{ at: -Infinity, text: null }];
  }

  /** Records that the window was killed, with all its editors. */
  windowKilled(now: number): void {
    const states = this.recent(now);
    if (!states.has(null) && !states.has(this.held.at(-1) ?? "")) this.debts.push(states);
    this.giveUp();
  }

  /** Describes each unsaved text that should be in a draft and is not. */
  faults(drafts: readonly string[], now: number): readonly string[] {
    // The file may hold it through a save of which no news came.
    const file = this.held.at(-1) ?? "";
    const owed = [...this.debts, this.recent(now)].filter(
      (texts) => !texts.has(null) && !texts.has(file),
    );
    return owed
      .filter((texts) => !drafts.some((text) => texts.has(text)))
      .map(
        (texts) => `${this.path}: no draft of ${[...texts].join(" or ")}, but of ${drafts.join()}`,
      );
  }

  /**
   * Describes what is wrong with the texts of the kept versions, which are in order.
   *
   * They end with the file's text before the present one. They may also end with the present one: a
   * killed write has kept it then.
   */
  faultOfVersions(texts: readonly string[]): string | null {
    // Saving the same text again makes another version of it.
    const different = texts.filter((text, index) => text !== texts[index - 1]);
    const isEndOf = (held: readonly string[]): boolean =>
      different.every((text, index) => text === held[held.length - different.length + index]);
    const isWhole = texts.length >= Math.min(kept, this.held.length - 1);
    if (isWhole && (isEndOf(this.held.slice(0, -1)) || isEndOf(this.held))) return null;
    const held = this.held.slice(-1 - kept).join();
    return `${this.path}: versions of ${texts.join()} were kept, after ${held}`;
  }

  /** Returns the age of the first unsaved text without a draft; 0 if every text has one. */
  lag(drafts: readonly string[], now: number): number {
    const first = this.history.findLastIndex(({ text }) => text === null || drafts.includes(text));
    const next = this.history[first + 1];
    return next === undefined || next.at === -Infinity ? 0 : now - next.at;
  }

  /** Returns the states of the text during the time that may be lost. */
  private recent(now: number): ReadonlySet<string | null> {
    const since = now - promised - writing;
    const first = this.history.findLastIndex(({ at }) => at <= since);
    return new Set(this.history.slice(Math.max(0, first)).map(({ text }) => text));
  }
}
