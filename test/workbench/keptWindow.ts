import type { KeptMementos } from "./mementos";
import type { ShownTab } from "./tabs";
import type { KeptModel } from "./textModel";
import { Uri } from "./values";

/** The parts of a window that outlive its extension host. */
export interface KeptWindow {
  readonly models: readonly KeptModel[];
  readonly tabs: readonly KeptTab[];
  readonly active: number;
  readonly mementos: KeptMementos;
}

/** A tab of such a window. */
interface KeptTab {
  readonly id: number;
  readonly kind: "text" | "diff";
  readonly uri: string;
  readonly original: string | null;
  readonly isPreview: boolean;
}

/** Converts a tab into its kept form. */
export function keptTab({ uri, original, ...tab }: ShownTab): KeptTab {
  return { ...tab, uri: uri.toString(), original: original?.toString() ?? null };
}

/** Converts a kept tab back. */
export function restoredTab({ uri, original, ...tab }: KeptTab): ShownTab {
  const shown = original === null ? null : Uri.parse(original);
  return { ...tab, uri: Uri.parse(uri), original: shown };
}

/** Reduces a killed window to its text tabs and the state that the extension had VS Code store. */
export function withoutTexts(kept: KeptWindow): KeptWindow {
  return { ...kept, models: [], tabs: kept.tabs.filter(({ kind }) => kind === "text") };
}
