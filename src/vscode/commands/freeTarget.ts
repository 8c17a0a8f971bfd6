import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Existing } from "../../documents/fileOperations";

/** The target, once it is agreed that it may be written; null when dismissed. */
export async function freeTarget(
  target: string,
): Promise<{ readonly target: string; readonly existing: Existing } | null> {
  const isTaken = await vscode.workspace.fs.stat(vscode.Uri.file(target)).then(
    () => true,
    () => false,
  );
  if (!isTaken) return { target, existing: "keep" };
  const answer = await vscode.window.showWarningMessage(
    `${basename(target)} exists already.`,
    { modal: true, detail: `In ${dirname(target)}. Overwriting cannot be undone.` },
    "Overwrite",
    "Choose Another Name…",
  );
  if (answer === "Overwrite") return { target, existing: "replace" };
  if (answer === undefined) return null;
  const chosen = await vscode.window.showSaveDialog({
    title: "Choose Another Name",
    defaultUri: vscode.Uri.file(join(dirname(target), `new-${basename(target)}`)),
  });
  return chosen === undefined ? null : freeTarget(chosen.fsPath);
}
