/** The time after which no edit may be lost, in milliseconds. */
export const promised = 2000;

/** The number of versions that are kept of each file. */
export const kept = 3;

/** The time, in milliseconds, that a disk may take for a draft that was begun in time. */
const writing = 500;

/** The texts owed to the user for one document, whose extension host may die at any moment. */
export class Holdings {
  /** The texts that the file may hold: one, but while it is written. */
  readonly fileTexts: Set<string>;
  /** All texts that the file has held, in their order. */
  readonly held: string[];
  /** The texts that the editor held unsaved, null for none, since when. */
  private history: { readonly at: number; readonly text: string | null }[] = [
    { at: -Infinity, text: null },
  ];
  /** Texts of which one is to be put back. */
  private debts: ReadonlySet<string | null>[] = [];

  constructor(
    readonly path: string,
    readonly uri: string,
    text: string,
  ) {
    this.fileTexts = new Set([text]);
    this.held = [text];
  }

  /** The text that the editor holds unsaved; null for none. */
  get unsaved(): string | null {
    return this.history.at(-1)?.text ?? null;
  }

  get isOwed(): boolean {
    return this.debts.length > 0;
  }

  /** The text that the editor holds unsaved is another one now. */
  changed(at: number, text: string | null): void {
    if (text === this.unsaved) return;
    const left = this.debts.filter((debt) => !debt.has(text));
    // What was put back was there before, so it is not to be lost now.
    if (left.length < this.debts.length) this.history = [{ at: -Infinity, text }];
    else this.history.push({ at, text });
    this.debts = left;
  }

  /** The file holds a text, and no other one can come any more. */
  isNow(text: string): void {
    this.fileTexts.clear();
    this.fileTexts.add(text);
    if (this.held.at(-1) !== text) this.held.push(text);
    this.debts = this.debts.filter((debt) => !debt.has(text));
  }

  /** A lock has set a text aside. */
  setAside(text: string): void {
    this.debts.push(new Set([text]));
  }

  /** The user gives up what the editor holds. */
  giveUp(): void {
    this.history = [{ at: -Infinity, text: null }];
  }

  /** The window was killed, and all editors with it. */
  windowKilled(now: number): void {
    const states = this.recent(now);
    if (!states.has(null) && !states.has(this.held.at(-1) ?? "")) this.debts.push(states);
    this.giveUp();
  }

  /** Says which unsaved text is in no draft although it should be. */
  faults(drafts: readonly string[], now: number): readonly string[] {
    // A save that nobody heard of may have put it into the file.
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
   * Says what is wrong with the texts of the versions that were kept, in their order: they end with
   * the one before the present one, or with that, kept by a write that was killed.
   */
  faultOfVersions(texts: readonly string[]): string | null {
    // A save of the same text makes another version of it.
    const different = texts.filter((text, index) => text !== texts[index - 1]);
    const isEndOf = (held: readonly string[]): boolean =>
      different.every((text, index) => text === held[held.length - different.length + index]);
    const isWhole = texts.length >= Math.min(kept, this.held.length - 1);
    if (isWhole && (isEndOf(this.held.slice(0, -1)) || isEndOf(this.held))) return null;
    const held = this.held.slice(-1 - kept).join();
    return `${this.path}: versions of ${texts.join()} were kept, after ${held}`;
  }

  /** The age of the first unsaved text of which there is no draft; 0 if there is none. */
  lag(drafts: readonly string[], now: number): number {
    const first = this.history.findLastIndex(({ text }) => text === null || drafts.includes(text));
    const next = this.history[first + 1];
    return next === undefined || next.at === -Infinity ? 0 : now - next.at;
  }

  /** The states in which the text was in the time that may be lost. */
  private recent(now: number): ReadonlySet<string | null> {
    const since = now - promised - writing;
    const first = this.history.findLastIndex(({ at }) => at <= since);
    return new Set(this.history.slice(Math.max(0, first)).map(({ text }) => text));
  }
}
