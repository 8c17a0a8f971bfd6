import * as vscode from "vscode";
import { encryptedPath } from "./uris";

/** The scheme of the read-only side of a comparison with the disk. */
export const comparisonScheme = "cage-disk";

/** Lists every tab of the window. */
export function allTabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs);
}

/** Tells that a tab shows a file as text and alone; a binary one may show a placeholder instead. */
export function isTextTabOf({ input }: vscode.Tab, uri: vscode.Uri): boolean {
  return input instanceof vscode.TabInputText && input.uri.toString() === uri.toString();
}

/** Tells that the text of a file can be edited in a tab: alone, or as the right side of a diff. */
export function isEditorOf(tab: vscode.Tab | undefined, uri: vscode.Uri): boolean {
  if (tab === undefined) return false;
  const { input } = tab;
  const isDiff = input instanceof vscode.TabInputTextDiff;
  return isTextTabOf(tab, uri) || (isDiff && input.modified.toString() === uri.toString());
}

/**
 * Gives up what the editor in front holds unsaved. VS Code's command reverts whatever is in front.
 *
 * @param isMeant - tells whether that is the editor that is meant; nothing is done otherwise.
 */
export async function revertInFront(
  isMeant: (tab: vscode.Tab | undefined) => boolean,
): Promise<boolean> {
  if (!isMeant(vscode.window.tabGroups.activeTabGroup.activeTab)) return false;
  await vscode.commands.executeCommand("workbench.action.files.revert");
  return true;
}

/** Closes a tab that VS Code may have closed in the same moment, which is no failure. */
export async function closeQuietly(tab: vscode.Tab): Promise<void> {
  try {
    await vscode.window.tabGroups.close(tab, true);
  } catch {
    return;
  }
}

/**
 * Lists the decrypted documents that a tab shows: as text, notebook, image or other custom editor,
 * on any side of a diff, of several diffs in one tab, or of a merge. Webviews tell nothing.
 */
export function documentsShownBy(tab: vscode.Tab): readonly vscode.Uri[] {
  return urisShownBy(tab).filter((uri) => encryptedPath(uri) !== null);
}

/** Tells whether a tab shows a version of a document that lies on the disk. */
export function isComparison(tab: vscode.Tab): boolean {
  return urisShownBy(tab).some(({ scheme }) => scheme === comparisonScheme);
}

/** Tells whether a tab shows a file as it lies on the disk, on any side of whatever it shows. */
export function isTabOfFile(tab: vscode.Tab, path: string): boolean {
  return urisShownBy(tab).some(({ scheme, fsPath }) => scheme === "file" && fsPath === path);
}

/** Lists the decrypted documents that can be edited in a tab. */
export function documentsEditedIn({ input }: vscode.Tab): readonly vscode.Uri[] {
  return urisIn(input, (key) => !readOnlySides.has(key)).filter(
    (uri) => encryptedPath(uri) !== null,
  );
}

/** Tells whether a tab of this window shows the document of a file. */
export function isShown(path: string): boolean {
  return allTabs().some((tab) => documentsShownBy(tab).some((uri) => encryptedPath(uri) === path));
}

/** Tells whether a tab is to show a document as text, and VS Code could not read it. */
export function isUnfilled({ input, isDirty }: vscode.Tab, path: string): boolean {
  if (!(input instanceof vscode.TabInputText) || isDirty) return false;
  if (encryptedPath(input.uri) !== path) return false;
  const shown = input.uri.toString();
  return !vscode.workspace.textDocuments.some(({ uri }) => uri.toString() === shown);
}

/**
 * Closes tabs. VS Code may close some in the same moment, which is no failure, and makes new
 * objects of all tabs when a group goes, so the tabs are looked up again.
 *
 * @returns those that are still there.
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

/** The sides of diffs and merges that are only looked at. */
const readOnlySides: ReadonlySet<string> = new Set(["original", "base", "input1", "input2"]);

/**
 * Collects the URIs in a tab's input, in whatever class it is: the inputs of merges and of several
 * diffs are there, though the API does not name them.
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
