import type { KeptWindow } from "./keptWindow";
import type { SavedBy } from "./watcher";

/** The parts of a life of an extension host that its own process needs, as JSON in a file. */
export interface Life {
  /** The number of the life, which makes its texts unlike all others. */
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

/** A line from the process that is to be killed, written before anything else happens. */
export type News = {
  /** The milliseconds for which the process has been running, without those of a busy machine. */
  readonly at: number;
} & (
  | { readonly kind: "alive" }
  | { readonly kind: "kept"; readonly kept: KeptWindow }
  /** The text that an editor holds unsaved is another one now; null for none. */
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
  /** Every document is open, or was edited and saved. Nobody does anything until an answer. */
  | { readonly kind: "all open" | "all saved" }
  | { readonly kind: "fails"; readonly message: string }
);

/** News without their time. */
export type Untimed<T> = T extends unknown ? Omit<T, "at"> : never;

/** The end of each line: a kill may tear the last one. */
export const end = " .";
