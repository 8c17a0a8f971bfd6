import * as vscode from "vscode";
import { encryptedPath } from "./uris";

/** The decrypted documents that editors hold with unsaved text. */
export function unsavedDocuments(): readonly vscode.TextDocument[] {
  return vscode.workspace.textDocuments.filter(
    ({ uri, isDirty }) => isDirty && encryptedPath(uri) !== null,
  );
}

/** The encrypted files of which editors hold unsaved text. */
export function unsavedPaths(): readonly string[] {
  return unsavedDocuments().flatMap(({ uri }) => encryptedPath(uri) ?? []);
}

/**
 * The text that an editor holds of an encrypted file, saved or not. Null when none does, or when it
 * is not UTF-8, since only that can be compared with bytes here.
 */
export function editorText(path: string): string | null {
  const document = vscode.workspace.textDocuments.find(
    ({ uri, isClosed }) => !isClosed && encryptedPath(uri) === path,
  );
  return document?.encoding.startsWith("utf8") === true ? document.getText() : null;
}

/**
 * Saves what editors hold unsaved of files: a plain one, or the document of an encrypted one.
 *
 * @returns false if one was not saved; VS Code has told why.
 */
export async function saveEditors(paths: readonly string[]): Promise<boolean> {
  const unsaved = vscode.workspace.textDocuments.filter(({ uri, isDirty }) => {
    const path = uri.scheme === "file" ? uri.fsPath : encryptedPath(uri);
    return isDirty && path !== null && paths.includes(path);
  });
  for (const document of unsaved) if (!(await document.save())) return false;
  return true;
}
