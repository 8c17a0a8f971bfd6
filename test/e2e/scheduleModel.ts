/**
 * The time after which unsaved text has to be in a draft, and the time that writing it may take.
 */
const bound = 2000 + 1000;

/** The version that a document's text was made from, beside the one on the disk. */
export type Staleness = "no" | "maybe" | "yes";

/** The facts that a user of one encrypted file relies on, whatever happens to the window. */
export class DocumentModel {
  /** The texts that the file may decrypt to: several only after a save was cut off. */
  files: readonly string[];
  isOpen = false;
  isDirty = false;
  /** A lock has taken the tab away; it comes back by itself. */
  isAway = false;
  stale: Staleness = "no";
  /** The editor's texts and when it got them, the oldest first. */
  private states: readonly { readonly text: string; readonly at: number }[] = [];
  /** The window has ended, so the time of what it showed stands still. */
  private isCutOff = false;

  constructor(
    readonly path: string,
    /** The name of its tab. */
    readonly name: string,
    text: string,
  ) {
    this.files = [text];
    this.reset(text, 0);
  }

  /** The editor's text, or what it is to be when the document is opened again. */
  get text(): string {
    return this.states.at(-1)?.text ?? "";
  }

  /** Every text that the editor had since nothing was unsaved. */
  get texts(): readonly string[] {
    return this.states.map(({ text }) => text);
  }

  /** The editor has another text now. */
  typed(text: string, now: number): void {
    this.isDirty = true;
    this.isCutOff = false;
    if (text !== this.text) this.states = [...this.states, { text, at: now }];
  }

  /** Another program has replaced the file: of its text, only what is edited is owed. */
  replaced(text: string): void {
    const isFiles = (old: string): boolean => this.files.includes(old);
    this.states = this.states.map((state) => (isFiles(state.text) ? { ...state, text } : state));
    this.files = [text];
  }

  /** Nothing but this text is owed any more: it was saved, read, or the rest was given up. */
  reset(text: string, now: number): void {
    this.states = [{ text, at: now }];
    this.isCutOff = false;
    this.isDirty = false;
  }

  /** The unsaved text that is there again. */
  restored(text: string, now: number): void {
    this.reset(text, now);
    this.isDirty = true;
  }

  /** The window ends: what is owed now is owed until one of it is there again. */
  cutOff(now: number, upSince: number): void {
    const owed = this.owed(now, upSince);
    this.states = this.states.filter(({ text }) => owed.includes(text));
    this.isCutOff = true;
  }

  /** Tells whether a text is one of these, in their order, or was shown while one was typed. */
  isOneOf(texts: readonly string[], text: string): boolean {
    return texts.some((typed, place) => {
      const before = texts[place - 1];
      if (typed === text) return true;
      if (before === undefined || !typed.startsWith(text)) return false;
      // A text that was not typed on was replaced.
      return text.startsWith(before) || !typed.startsWith(before);
    });
  }

  /**
   * Returns the texts of which one must be kept: the last one that is older than the bound, and all
   * later ones.
   *
   * @param upSince - since when an extension host has been there to make drafts.
   */
  owed(now: number, upSince: number): readonly string[] {
    if (this.isCutOff) return this.texts;
    const isOld = ({ at }: { at: number }): boolean => now - Math.max(at, upSince) > bound;
    const last = this.states.findLastIndex(isOld);
    return this.states.slice(Math.max(last, 0)).map(({ text }) => text);
  }
}
