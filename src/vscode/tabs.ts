import * as vscode from "vscode";
import { encryptedPath } from "./uris";

/** The scheme of the read-only side of a comparison with the disk. */
export const comparisonScheme = "cage-disk";

/** Lists every tab of the window. */
export function allTabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs);
}

/**
 * Tells whether a tab shows one file as text. For a binary file it may show a placeholder instead.
 */
export function isTextTabOf({ input }: vscode.Tab, uri: vscode.Uri): boolean {
  return input instanceof vscode.TabInputText && input.uri.toString() === uri.toString();
}

/** Tells whether a tab can edit the text of a file: alone, or as the right side of a diff. */
export function isEditorOf(tab: vscode.Tab | undefined, uri: vscode.Uri): boolean {
  if (tab === undefined) return false;
  const { input } = tab;
  const isDiff = input instanceof vscode.TabInputTextDiff;
  return isTextTabOf(tab, uri) || (isDiff && input.modified.toString() === uri.toString());
}

/**
 * Discards the unsaved text of the editor in front. VS Code's command reverts whatever is in front.
 *
 * @param isMeant - tells whether the tab in front is the right one; if not, nothing is done.
 */
export async function revertInFront(
  isMeant: (tab: vscode.Tab | undefined) => boolean,
): Promise<boolean> {
  if (!isMeant(vscode.window.tabGroups.activeTabGroup.activeTab)) return false;
  await vscode.commands.executeCommand("workbench.action.files.revert");
  return true;
}

/** Closes a tab. VS Code may have closed it in the same moment, which is not a failure. */
export async function closeQuietly(tab: vscode.Tab): Promise<void> {
  try {
    await vscode.window.tabGroups.close(tab, true);
  } catch {
    return;
  }
}

/**
 * Lists the decrypted documents that a tab shows: as text, notebook, image or other custom editor,
 * on any side of a diff, of several diffs in one tab, or of a merge. Webviews do not say what they
 * show.
 */
export function documentsShownBy(tab: vscode.Tab): readonly vscode.Uri[] {
  return urisShownBy(tab).filter((uri) => encryptedPath(uri) !== null);
}

/** Tells whether a tab shows a text of the comparison scheme, such as that on the disk. */
export function isComparison(tab: vscode.Tab): boolean {
  return urisShownBy(tab).some(({ scheme }) => scheme === comparisonScheme);
}

/** Tells whether a tab shows a file of the disk, on any of its sides. */
export function isTabOfFile(tab: vscode.Tab, path: string): boolean {
  return urisShownBy(tab).some(({ scheme, fsPath }) => scheme === "file" && fsPath === path);
}

/** Lists the decrypted documents that a tab can edit. */
export function documentsEditedIn({ input }: vscode.Tab): readonly vscode.Uri[] {
  return urisIn(input, (key) => !readOnlySides.has(key)).filter(
    (uri) => encryptedPath(uri) !== null,
  );
}

/** Tells whether a tab of this window shows the document of a file. */
export function isShown(path: string): boolean {
  return allTabs().some((tab) => documentsShownBy(tab).some((uri) => encryptedPath(uri) === path));
}

/** Tells whether a tab should show a document as text that VS Code could not read. */
export function isUnfilled({ input, isDirty }: vscode.Tab, path: string): boolean {
  if (!(input instanceof vscode.TabInputText) || isDirty) return false;
  if (encryptedPath(input.uri) !== path) return false;
  const shown = input.uri.toString();
  return !vscode.workspace.textDocuments.some(({ uri }) => uri.toString() === shown);
}

/**
 * Closes tabs. VS Code may close some in the same moment, which is not a failure. It makes new
 * objects for all tabs when a group disappears, so the tabs are looked up again.
 *
 * @returns the tabs that are still there.
 */
export async function closeTabs(
  isWanted: (tab: vscode.Tab) => boolean,
): Promise<readonly vscode.Tab[]> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    const tabs = allTabs().filter(isWanted);
    if (tabs.length === 0) return [];
    try {
      await vscode.window.tabGroups.close(tabs, true);
    } catch {
      continue;
    }
  }
  return allTabs().filter(isWanted);
}

function urisShownBy({ input }: vscode.Tab): readonly vscode.Uri[] {
  return urisIn(input, () => true);
}

/** The sides of diffs and merges that can't be edited. */
const readOnlySides: ReadonlySet<string> = new Set(["original", "base", "input1", "input2"]);

/**
 * Collects the URIs in a tab's input of any class: the inputs of merges and of several diffs exist,
 * though the API does not name them.
 */
function urisIn(
  value: unknown,
  isWanted: (key: string) => boolean,
  depth = 3,
): readonly vscode.Uri[] {
  if (value instanceof vscode.Uri) return [value];
  if (typeof value !== "object" || value === null || depth === 0) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    isWanted(key) ? urisIn(inner, isWanted, depth - 1) : [],
  );
}
