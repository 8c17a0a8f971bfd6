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
 * @returns the files that were saved; null if one was not, and VS Code has told why.
 */
export async function saveEditors(paths: readonly string[]): Promise<readonly string[] | null> {
  const wanted = new Set(paths);
  const saved: string[] = [];
  for (const document of vscode.workspace.textDocuments) {
    const { uri, isDirty } = document;
    const path = uri.scheme === "file" ? uri.fsPath : encryptedPath(uri);
    if (!isDirty || path === null || !wanted.has(path)) continue;
    if (!(await document.save())) return null;
    saved.push(path);
  }
  return saved;
}
