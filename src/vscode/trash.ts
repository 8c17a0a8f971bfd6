import * as vscode from "vscode";
import { quoted } from "./foreignText";

/** Moves files to the trash; where the machine has none (a server), asks once before deleting for good. */
export async function moveToTrash(paths: readonly string[]): Promise<void> {
  const kept: string[] = [];
  for (const path of paths) {
    try {
      await vscode.workspace.fs.delete(vscode.Uri.file(path), { useTrash: true });
    } catch {
      // VS Code does not tell "no trash here" from other failures; the question fits them all.
      kept.push(path);
    }
  }
  const [first] = kept;
  if (first === undefined) return;
  const what = kept.length === 1 ? quoted(first) : `${kept.length} originals`;
  const answer = await vscode.window.showWarningMessage(
    `${what} could not be moved to a trash, and ${kept.length === 1 ? "was" : "were"} kept.`,
    {
      modal: true,
      detail:
        kept.length === 1
          ? "Its encrypted copy is complete. Deleting cannot be undone."
          : "Their encrypted copies are complete. Deleting cannot be undone.",
    },
    "Keep",
    "Delete Permanently",
  );
  if (answer !== "Delete Permanently") return;
  for (const path of kept) await vscode.workspace.fs.delete(vscode.Uri.file(path));
}
