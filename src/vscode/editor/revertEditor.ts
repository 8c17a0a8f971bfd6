import * as vscode from "vscode";
import { allTabs, documentsEditedIn, revertInFront } from "../tabs";

/** The last revert: two at once would each take the front from the other. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Discards the unsaved text of a document, which then shows the file's text again.
 *
 * @returns false if another editor came to the front meanwhile; that one must not be reverted.
 */
export function revertEditor(uri: vscode.Uri): Promise<boolean> {
  const reverting = last.then(() => revertNow(uri));
  last = reverting.catch(() => undefined);
  return reverting;
}

async function revertNow(uri: vscode.Uri): Promise<boolean> {
  const isOf = (tab: vscode.Tab | undefined): boolean =>
    tab !== undefined && documentsEditedIn(tab).some((one) => one.toString() === uri.toString());
  const tab = allTabs().find((one) => one.isDirty && isOf(one));
  if (tab === undefined) return true;
  const { input } = tab;
  const editor =
    input instanceof vscode.TabInputCustom
      ? input.viewType
      : input instanceof vscode.TabInputNotebook
        ? input.notebookType
        : "default";
  const place = { viewColumn: tab.group.viewColumn };
  await vscode.commands.executeCommand("vscode.openWith", uri, editor, place);
  return revertInFront(isOf);
}
