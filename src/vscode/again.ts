import * as vscode from "vscode";
import { saveUnsaved, unsavedDocuments, type UnsavedDocument } from "./editorTexts";

/** An action that failed and can be repeated on the same file: a save, or a command of Cage. */
export type Again = "save" | `cage.${string}`;

export function isAgain(value: unknown): value is Again {
  return typeof value === "string" && (value === "save" || value.startsWith("cage."));
}

/** Does it again, now that what it failed for is gone. */
export async function doAgain(again: Again, uri: vscode.Uri): Promise<void> {
  if (again !== "save") {
    await vscode.commands.executeCommand(again, uri);
    return;
  }
  const document = unsavedDocument(uri);
  if (document !== undefined) await saveUnsaved(document);
}

/** Tells whether there is still something to do: a message stays while its cause may be gone. */
export function isStillDue(again: Again, uri: vscode.Uri): boolean {
  return again !== "save" || unsavedDocument(uri) !== undefined;
}

function unsavedDocument({ fsPath }: vscode.Uri): UnsavedDocument | undefined {
  return unsavedDocuments().find(({ path }) => path === fsPath);
}
