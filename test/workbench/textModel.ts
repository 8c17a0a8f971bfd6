import type { Uri } from "./values";

/** The size and the time of a file that VS Code last heard of. */
export interface Stat {
  readonly mtime: number;
  readonly size: number;
}

/** A text model in the form that outlives an extension host or goes to another process. */
export interface KeptModel {
  readonly uri: string;
  readonly states: readonly (readonly [number, string])[];
  readonly at: number;
  readonly saved: number;
  readonly isDirty: boolean;
  readonly stat: Stat | null;
}

/** Returns the text that a kept model shows. */
export function textOf({ states, at }: KeptModel): string {
  return states[at]?.[1] ?? "";
}

/** A text in VS Code's window, with its undo stack and the state that was last saved. */
export class TextModel {
  private states: (readonly [number, string])[];
  private at: number;
  private saved: number;
  private lastId: number;
  isDirty: boolean;
  /** The newest known facts of the file; null for none. */
  private known: Stat | null;
  /** The running save, and the state that it saves. */
  saving: { readonly id: number; readonly done: Promise<boolean> } | null = null;
  /** The saves that wait for the running one, as a single save. */
  queued: Promise<boolean> | null = null;
  isClosed = false;

  constructor(
    readonly uri: Uri,
    kept: Omit<KeptModel, "uri">,
  ) {
    this.states = [...kept.states];
    this.at = kept.at;
    this.saved = kept.saved;
    this.isDirty = kept.isDirty;
    this.known = kept.stat;
    this.lastId = Math.max(...this.states.map(([id]) => id));
  }

  /** Makes a model of a text that was just read. */
  static of(uri: Uri, text: string, stat: Stat | null): TextModel {
    return new TextModel(uri, { states: [[0, text]], at: 0, saved: 0, isDirty: false, stat });
  }

  get stat(): Stat | null {
    return this.known;
  }

  /** Records facts of the file, unless they are older than the known ones. */
  told(stat: Stat): void {
    if (this.known === null || this.known.mtime <= stat.mtime) this.known = stat;
  }

  get text(): string {
    return this.states[this.at]?.[1] ?? "";
  }

  /** The number of the present state of the text, unlike that of every other one. */
  get id(): number {
    return this.states[this.at]?.[0] ?? 0;
  }

  get kept(): KeptModel {
    const { states, at, saved, isDirty, stat } = this;
    return { uri: this.uri.toString(), states, at, saved, isDirty, stat };
  }

  /** Puts a text on the undo stack. */
  edit(text: string): void {
    this.states = [
      ...this.states.slice(Math.max(0, this.at - 20), this.at + 1),
      [++this.lastId, text],
    ];
    this.at = this.states.length - 1;
    this.isDirty = this.id !== this.saved;
  }

  /** Takes over the text of the file. */
  reload(text: string): void {
    if (text !== this.text) this.edit(text);
    this.saved = this.id;
    this.isDirty = false;
  }

  /** Undoes (-1) or redoes (1) one step. @returns false at an end of the stack. */
  walk(step: 1 | -1): boolean {
    if (this.states[this.at + step] === undefined) return false;
    this.at += step;
    this.isDirty = this.id !== this.saved;
    return true;
  }

  /** Marks a state as saved. Text typed since stays unsaved. */
  markSaved(id: number): void {
    this.saved = id;
    this.isDirty = this.id !== id;
  }
}
