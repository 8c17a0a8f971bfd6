import { basename } from "node:path";
import * as vscode from "vscode";
import { plainName } from "../../documents/disk/encryptedNames";
import { allTabs } from "../tabs";

/** Characters of names. A label holds a name only as a whole: "a.md" is not in "extra.md". */
const inName = /[\p{L}\p{N}_.-]/u;

/**
 * The views that show text of decrypted documents without being their editors: results of searches,
 * previews, and other pages of extensions. Cage cannot know what such a page shows.
 */
export class OtherViews {
  private readonly names: readonly string[];
  /** The files whose lines are still to be removed from the Search view. */
  private readonly matches: Set<string>;

  /** @param paths - the encrypted files whose documents were open. */
  constructor(paths: readonly string[]) {
    this.matches = new Set(paths);
    this.names = [...new Set(paths.map((path) => plainName(basename(path))))];
  }

  /** Takes the files whose lines must go from the Search view, each once. */
  takeMatches(except: readonly string[]): readonly string[] {
    const taken = [...this.matches].filter((path) => !except.includes(path));
    for (const path of taken) this.matches.delete(path);
    return taken;
  }

  /** Tells whether a tab must close: a page named after a document, or the results of a search. */
  isOfDocuments(tab: vscode.Tab): boolean {
    if (tab.input instanceof vscode.TabInputWebview) {
      return this.names.some((name) => holdsName(tab.label, name));
    }
    // A search editor has nothing but its label in the API.
    return tab.input === undefined && this.searches().some((text) => isSearchOf(text, tab.label));
  }

  /** Lists the labels of open pages of other extensions, which may show text of a document. */
  unknownPages(): readonly string[] {
    if (this.names.length === 0) return [];
    return allTabs()
      .filter(({ input }) => isPageOfExtension(input))
      .map(({ label }) => label);
  }

  /** Lists the texts of search editors that name a document in their results. */
  private searches(): readonly string[] {
    return vscode.workspace.textDocuments
      .filter(({ uri }) => uri.scheme === "search-editor")
      .map((document) => document.getText())
      .filter((text) => this.names.some((name) => holdsName(text, name)));
  }
}

/** Tells whether a tab shows a page of an extension; VS Code's own pages lack this prefix. */
export function isPageOfExtension(input: unknown): boolean {
  return input instanceof vscode.TabInputWebview && input.viewType.startsWith("mainThreadWebview-");
}

/**
 * Tells whether a label may be that of a search editor with this text. The label has a word in the
 * user's language, a mark, and the query as VS Code cuts it. A text that was never saved does not
 * hold its query, so then any label with a colon counts: closing one page too many is better than
 * leaving a secret.
 */
function isSearchOf(text: string, label: string): boolean {
  const query = /^# Query: ?(.*)$/m.exec(text)?.[1]?.trim();
  if (query === undefined) return /\p{L}\s*[:：]\s*\S/u.test(label);
  if (query === "") return false;
  const shown = query.length < 12 ? query : `${query.slice(0, 9)}...`;
  return label.endsWith(shown) && /\p{L}\P{L}+$/u.test(label.slice(0, -shown.length));
}

function holdsName(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const [before, after] = [text[at - 1] ?? " ", text[at + name.length] ?? " "];
    if (!inName.test(before) && !inName.test(after)) return true;
  }
  return false;
}
