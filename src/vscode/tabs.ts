import * as vscode from "vscode";

/** All tabs of the window. */
export function allTabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs);
}

/** Tells that a tab shows a file as text and alone; a binary one may show a placeholder instead. */
export function isTextOf({ input }: vscode.Tab, uri: vscode.Uri): boolean {
  return input instanceof vscode.TabInputText && input.uri.toString() === uri.toString();
}

/** Tells that the text of a file can be edited in a tab: alone, or as the right side of a diff. */
export function isEditorOf(tab: vscode.Tab | undefined, uri: vscode.Uri): boolean {
  if (tab === undefined) return false;
  const { input } = tab;
  const isDiff = input instanceof vscode.TabInputTextDiff;
  return isTextOf(tab, uri) || (isDiff && input.modified.toString() === uri.toString());
}

/** Closes a tab that VS Code may have closed in the same moment, which is no failure. */
export async function closeQuietly(tab: vscode.Tab): Promise<void> {
  try {
    await vscode.window.tabGroups.close(tab, true);
  } catch {
    return;
  }
}
