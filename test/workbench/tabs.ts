import { basename } from "node:path/posix";
import type { Uri } from "./values";

/** A tab in VS Code's window. */
export interface ShownTab {
  readonly id: number;
  readonly kind: "text" | "diff";
  /** The text that the tab shows; the right one of a diff. */
  readonly uri: Uri;
  readonly original: Uri | null;
  isPreview: boolean;
}

/** A tab as an extension host sees it. */
export interface TabState {
  readonly id: number;
  readonly kind: "text" | "diff";
  readonly uri: Uri;
  readonly original: Uri | null;
  readonly label: string;
  readonly isDirty: boolean;
  readonly isActive: boolean;
  readonly isPreview: boolean;
}

/** The difference between two lists of tabs. */
export interface TabChange {
  readonly all: readonly TabState[];
  readonly opened: readonly number[];
  readonly closed: readonly number[];
  readonly changed: readonly number[];
}

/** Returns the difference of two lists of tabs; null if they are equal. */
export function tabChange(before: readonly TabState[], all: readonly TabState[]): TabChange | null {
  const old = new Map(before.map((tab) => [tab.id, tab]));
  const opened = all.filter(({ id }) => !old.has(id)).map(({ id }) => id);
  const closed = before.filter(({ id }) => !all.some((tab) => tab.id === id)).map(({ id }) => id);
  const changed = all
    .filter((tab) => {
      const was = old.get(tab.id);
      if (was === undefined) return false;
      const { isDirty, isActive, isPreview } = tab;
      return was.isDirty !== isDirty || was.isActive !== isActive || was.isPreview !== isPreview;
    })
    .map(({ id }) => id);
  if (opened.length + closed.length + changed.length === 0) return null;
  return { all, opened, closed, changed };
}

/** Returns the label of a tab. */
export function labelOf({ uri, original }: ShownTab): string {
  const name = basename(uri.path);
  return original === null ? name : `${basename(original.path)} ↔ ${name}`;
}
