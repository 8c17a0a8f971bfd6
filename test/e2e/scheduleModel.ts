/**
 * The time, in milliseconds, after which a draft must hold unsaved text: the promise, and the time
 * for writing.
 */
const bound = 2000 + 1000;

/** The certainty that a document's text is based on an older version than the disk's. */
export type Staleness = "no" | "maybe" | "yes";

/** The facts about one encrypted file that its user relies on, whatever happens to the window. */
export class DocumentModel {
  /** The texts that the file may decrypt to: several only after an interrupted save. */
  files: readonly string[];
  isOpen = false;
  isDirty = false;
  /** True after a lock has taken the tab away, until it comes back by itself. */
  isAway = false;
  stale: Staleness = "no";
  /** The editor's texts with the time of each, the oldest first. */
  private states: readonly { readonly text: string; readonly at: number }[] = [];
  /** True once the window has ended, so that the times of its texts stand still. */
  private isCutOff = false;

  constructor(
    readonly path: string,
    /** The name of the document's tab. */
    readonly name: string,
    text: string,
  ) {
    this.files = [text];
    this.reset(text, 0);
  }

  /** The editor's text, or the text that it should have when the document opens again. */
  get text(): string {
    return this.states.at(-1)?.text ?? "";
  }

  /** The texts of the editor since it last had nothing unsaved. */
  get texts(): readonly string[] {
    return this.states.map(({ text }) => text);
  }

  /** Records another text of the editor. */
  typed(text: string, now: number): void {
    this.isDirty = true;
    this.isCutOff = false;
    if (text !== this.text) this.states = [...this.states, { text, at: now }];
  }

  /** Records that another program has replaced the file. Only edited text is owed still. */
  replaced(text: string): void {
    const isFiles = (old: string): boolean => this.files.includes(old);
    this.states = this.states.map((state) => (isFiles(state.text) ? { ...state, text } : state));
    this.files = [text];
  }

  /** Records that only this text is owed: it was saved or read, or the user gave up the rest. */
  reset(text: string, now: number): void {
    this.states = [{ text, at: now }];
    this.isCutOff = false;
    this.isDirty = false;
  }

  /** Records that unsaved text is there again. */
  restored(text: string, now: number): void {
    this.reset(text, now);
    this.isDirty = true;
  }

  /** Records that the window ends. One of the texts owed now must come back. */
  cutOff(now: number, upSince: number): void {
    const owed = this.owed(now, upSince);
    this.states = this.states.filter(({ text }) => owed.includes(text));
    this.isCutOff = true;
  }

  /** Tells whether a text is one of these, or was shown while one of them was being typed. */
  isOneOf(texts: readonly string[], text: string): boolean {
    return texts.some((typed, place) => {
      const before = texts[place - 1];
      if (typed === text) return true;
      if (before === undefined || !typed.startsWith(text)) return false;
      // A text that does not go on from the one before has replaced it.
      return text.startsWith(before) || !typed.startsWith(before);
    });
  }

  /**
   * Returns the texts of which one must be kept: the last one older than the bound, and all later
   * ones.
   *
   * @param upSince - the time since which an extension host can make drafts.
   */
  owed(now: number, upSince: number): readonly string[] {
    if (this.isCutOff) return this.texts;
    const isOld = ({ at }: { at: number }): boolean => now - Math.max(at, upSince) > bound;
    const last = this.states.findLastIndex(isOld);
    return this.states.slice(Math.max(last, 0)).map(({ text }) => text);
  }
}
