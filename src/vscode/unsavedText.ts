import * as vscode from "vscode";
import { encryptedPath } from "./uris";

/** The decrypted documents that editors hold with unsaved text. */
export function unsavedDocuments(): readonly vscode.TextDocument[] {
  return vscode.workspace.textDocuments.filter(
    ({ uri, isDirty }) => isDirty && encryptedPath(uri) !== null,
  );
}

/** Whether an editor holds unsaved text of an encrypted file. */
export function hasUnsavedText(path: string): boolean {
  return unsavedDocuments().some(({ uri }) => encryptedPath(uri) === path);
}
