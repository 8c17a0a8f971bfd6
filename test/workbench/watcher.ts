/** The two who can ask for a save. */
export type SavedBy = "user" | "extension";

/** A listener by which a test follows the texts in a window. */
export interface Watcher {
  /** Notes that a text changed, or that it is saved or unsaved now. */
  changed(uri: string, text: string, isDirty: boolean): void;
  /** Notes that the unsaved changes of a text were given up. */
  reverted(uri: string): void;
  /** Notes that a provider is about to write a text. */
  writing(uri: string, text: string, by: SavedBy): void;
  /** Notes that the provider has written it. */
  written(uri: string, text: string, by: SavedBy): void;
  /** Notes that the provider refused. */
  refused(uri: string, text: string, by: SavedBy, error: unknown): void;
}
