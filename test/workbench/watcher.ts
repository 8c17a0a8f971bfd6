/** Whoever asks for a save. */
export type SavedBy = "user" | "extension";

/** A listener by which a test follows the texts in a window. */
export interface Watcher {
  /** A text, or whether it is saved, is another one now. */
  changed(uri: string, text: string, isDirty: boolean): void;
  /** Takes note that the unsaved changes of a text were given up. */
  reverted(uri: string): void;
  /** A provider was given a text to write. */
  writing(uri: string, text: string, by: SavedBy): void;
  /** It has written it. */
  written(uri: string, text: string, by: SavedBy): void;
  /** It refused. */
  refused(uri: string, text: string, by: SavedBy, error: unknown): void;
}
