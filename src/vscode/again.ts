import * as vscode from "vscode";
import { saveUnsaved, unsavedDocuments, type UnsavedDocument } from "./editorTexts";

/** An action that failed and can be repeated on the same file: a save, or a command of Cage. */
export type Again = "save" | `cage.${string}`;

/** Tells whether a command's argument names an action that can be repeated. */
export function isAgain(value: unknown): value is Again {
  return typeof value === "string" && (value === "save" || value.startsWith("cage."));
}

/** Repeats an action whose obstacle is gone. */
export async function doAgain(again: Again, uri: vscode.Uri): Promise<void> {
  if (again !== "save") {
    await vscode.commands.executeCommand(again, uri);
    return;
  }
  const document = unsavedDocument(uri);
  if (document !== undefined) await saveUnsaved(document);
}

/** Tells whether the action is still due: a message may outlive its cause. */
export function isStillDue(again: Again, uri: vscode.Uri): boolean {
  return again !== "save" || unsavedDocument(uri) !== undefined;
}

function unsavedDocument({ fsPath }: vscode.Uri): UnsavedDocument | undefined {
  return unsavedDocuments().find(({ path }) => path === fsPath);
}
