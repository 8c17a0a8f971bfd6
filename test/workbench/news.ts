import type { KeptWindow } from "./keptWindow";
import type { SavedBy } from "./watcher";

/** The facts that the process of one extension host needs, as JSON in a file. */
export interface Life {
  /** The number of this life. It is a part of every text, so that no two lives type the same. */
  readonly number: number;
  readonly seed: number;
  /** The extension's code. */
  readonly bundle: string;
  readonly home: string;
  readonly storage: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** The encrypted files, and what they decrypt to. */
  readonly documents: readonly { readonly path: string; readonly uri: string }[];
  readonly kept: KeptWindow | null;
}

/** A line that the process to be killed writes before it does anything else. */
export type News = {
  /** The process's running time in milliseconds, without the delays of a busy machine. */
  readonly at: number;
} & (
  | { readonly kind: "alive" }
  | { readonly kind: "kept"; readonly kept: KeptWindow }
  /** The editor's unsaved text changed; null for none. */
  | {
      readonly kind: "changed";
      readonly uri: string;
      readonly text: string | null;
      readonly kept: KeptWindow;
    }
  | { readonly kind: "writing"; readonly uri: string; readonly text: string }
  | { readonly kind: "written"; readonly uri: string; readonly text: string; readonly by: SavedBy }
  | { readonly kind: "gives up" | "discards a draft" | "restores"; readonly uri: string }
  | { readonly kind: "restored"; readonly uri: string; readonly text: string }
  /** Every document is open, or was edited and saved. The process waits for an answer. */
  | { readonly kind: "all open" | "all saved" }
  | { readonly kind: "fails"; readonly message: string }
);

/** A piece of news without its time. */
export type Untimed<T> = T extends unknown ? Omit<T, "at"> : never;

/** The end of each line, because a kill may tear the last one. */
export const end = " .";
