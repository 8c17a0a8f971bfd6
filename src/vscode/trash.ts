import { basename } from "node:path";
import * as vscode from "vscode";
import { quoted } from "./foreignText";

/** Moves a file to the trash; where the machine has none (a server), asks before deleting for good. */
export async function moveToTrash(path: string): Promise<void> {
  const uri = vscode.Uri.file(path);
  try {
    await vscode.workspace.fs.delete(uri, { useTrash: true });
    return;
  } catch {
    // VS Code does not tell "no trash here" from other failures; the question fits them all.
  }
  const answer = await vscode.window.showWarningMessage(
    `${quoted(basename(path))} could not be moved to a trash, so it was kept.`,
    { modal: true, detail: "Its encrypted copy is complete. Deleting cannot be undone." },
    "Keep",
    "Delete Permanently",
  );
  if (answer === "Delete Permanently") await vscode.workspace.fs.delete(uri);
}
