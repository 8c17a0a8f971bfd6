import * as vscode from "vscode";
import type { EditorText } from "../documents/memory/editorText";
import { allTabs, documentsEditedIn, isShown } from "./tabs";
import { encryptedPath } from "./uris";

/** A decrypted document with unsaved changes, in whatever editor. */
export interface UnsavedDocument {
  readonly uri: vscode.Uri;
  /** The encrypted file. */
  readonly path: string;
}

/**
 * Lists the decrypted documents with unsaved changes. Not all of them have a text here: notebooks,
 * custom editors, and texts above 50 MiB, which VS Code keeps from extensions, show in their tabs
 * only. So does a text that was edited during its save.
 */
export function unsavedDocuments(): readonly UnsavedDocument[] {
  const uris = [
    ...vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty).map(({ uri }) => uri),
    ...vscode.workspace.notebookDocuments.filter(({ isDirty }) => isDirty).map(({ uri }) => uri),
    ...allTabs()
      .filter(({ isDirty }) => isDirty)
      .flatMap(documentsEditedIn),
  ];
  const unsaved = new Map<string, UnsavedDocument>();
  for (const uri of uris) {
    const path = encryptedPath(uri);
    if (path !== null && !unsaved.has(path)) unsaved.set(path, { uri, path });
  }
  return [...unsaved.values()];
}

/** Lists the encrypted files whose editors hold unsaved text. */
export function unsavedPaths(): readonly string[] {
  return unsavedDocuments().map(({ path }) => path);
}

/**
 * Finds the text that an editor holds of an encrypted file, saved or not. It is known only for
 * UTF-8, since only that can be compared with bytes here.
 */
export function editorText(path: string): EditorText {
  const text = textOf(path);
  const isKnown = text?.encoding.startsWith("utf8") === true;
  if (isKnown && (text.isDirty || !isUnsavedElsewhere(path))) return text.getText();
  const isNotebook = vscode.workspace.notebookDocuments.some((one) => isOpenOf(one, path));
  if (text === null && !isNotebook && !isShown(path)) return null;
  return { isUnsaved: unsavedPaths().includes(path) };
}

/** Finds the text that VS Code holds of an encrypted file; null if it holds none. */
export function textOf(path: string): vscode.TextDocument | null {
  return vscode.workspace.textDocuments.find((one) => isOpenOf(one, path)) ?? null;
}

function isOpenOf(
  { uri, isClosed }: vscode.TextDocument | vscode.NotebookDocument,
  path: string,
): boolean {
  return !isClosed && encryptedPath(uri) === path;
}

/**
 * Tells whether a notebook or a custom editor holds unsaved changes of a document: its text does
 * not have them.
 */
export function isUnsavedElsewhere(path: string): boolean {
  const isOf = (uri: vscode.Uri): boolean => encryptedPath(uri) === path;
  return (
    vscode.workspace.notebookDocuments.some(({ uri, isDirty }) => isDirty && isOf(uri)) ||
    allTabs().some(
      (tab) =>
        tab.isDirty &&
        !(tab.input instanceof vscode.TabInputText) &&
        !(tab.input instanceof vscode.TabInputTextDiff) &&
        documentsEditedIn(tab).some(isOf),
    )
  );
}

/** Finds the range of a document's whole text, for an edit that replaces it. */
export function wholeRange(document: vscode.TextDocument): vscode.Range {
  const { end } = document.lineAt(document.lineCount - 1).range;
  return new vscode.Range(new vscode.Position(0, 0), end);
}

/**
 * Saves the unsaved text of files, both plain files and documents of encrypted files.
 *
 * @returns the files that were saved; null if one could not be, and VS Code said why.
 */
export async function saveEditors(paths: readonly string[]): Promise<readonly string[] | null> {
  const wanted = new Set(paths);
  const saved: string[] = [];
  for (const document of vscode.workspace.textDocuments) {
    const { uri, isDirty } = document;
    if (!isDirty || uri.scheme !== "file" || !wanted.has(uri.fsPath)) continue;
    if (!(await document.save())) return null;
    saved.push(uri.fsPath);
  }
  for (const document of unsavedDocuments()) {
    if (!wanted.has(document.path)) continue;
    if (!(await saveUnsaved(document))) return null;
    saved.push(document.path);
  }
  return saved;
}

/** Lists those of some files that {@link saveEditors} would save. */
export function unsavedOf(paths: readonly string[]): readonly string[] {
  const plain = vscode.workspace.textDocuments
    .filter(({ uri, isDirty }) => isDirty && uri.scheme === "file")
    .map(({ uri }) => uri.fsPath);
  return [...plain, ...unsavedPaths()].filter((path) => paths.includes(path));
}

/** Saves a decrypted document. @returns false if it was not saved; VS Code said why. */
export async function saveUnsaved({ uri }: UnsavedDocument): Promise<boolean> {
  const text = vscode.workspace.textDocuments.find(
    (document) => document.isDirty && document.uri.toString() === uri.toString(),
  );
  if (text !== undefined) return text.save();
  return (await vscode.workspace.save(uri)) !== undefined;
}
