import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Existing } from "../../documents/placement";
import { quoted } from "../foreignText";

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
    `${quoted(basename(target))} exists already.`,
    { modal: true, detail: `In ${quoted(dirname(target))}. Overwriting cannot be undone.` },
    "Choose Another Name…",
    "Overwrite",
  );
  if (answer === "Overwrite") return { target, existing: "replace" };
  if (answer === undefined) return null;
  const chosen = await vscode.window.showSaveDialog({
    title: "Choose Another Name",
    defaultUri: vscode.Uri.file(join(dirname(target), `new-${basename(target)}`)),
  });
  return chosen === undefined ? null : freeTarget(chosen.fsPath);
}
