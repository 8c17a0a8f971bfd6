import * as vscode from "vscode";
import type { Format } from "../../age/age";

/**
 * Asks for the format of new files.
 *
 * @param what - the files' names, fit to be shown.
 * @returns null if dismissed.
 */
export async function pickFormat(what: string): Promise<Format | null> {
  const items: (vscode.QuickPickItem & { format: Format })[] = [
    { label: "Binary", description: "smaller and faster", format: "binary" },
    { label: "Armored", description: "text that can be pasted, a third larger", format: "armored" },
  ];
  const title = `Format of ${what}`;
  return (
    (await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true }))?.format ?? null
  );
}
