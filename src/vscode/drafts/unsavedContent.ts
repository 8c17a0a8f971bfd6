import { isUtf8 } from "node:buffer";
import * as vscode from "vscode";
import { isUnsavedElsewhere, textOf, unsavedPaths, wholeRange } from "../editorTexts";
import { allTabs, documentsShownBy } from "../tabs";
import { encryptedPath } from "../uris";

/**
 * Captures the text of an encrypted file's editor, as a save would write it. Extensions can't see
 * custom editors and texts above 50 MiB.
 *
 * @returns a function that encodes the text as it was at the call; null if it can't be seen. The
 * caller zeroes the bytes.
 */
export function captureContent(path: string): (() => Promise<Uint8Array>) | null {
  const notebook = notebookOf(path);
  if (notebook?.isDirty === true) {
    const { notebookType } = notebook;
    const data = dataOf(notebook);
    return async () => vscode.commands.executeCommand(toBytes, notebookType, data);
  }
  const document = textOf(path);
  if (document === null || (!document.isDirty && isUnsavedElsewhere(path))) return null;
  const { encoding } = document;
  const text = document.getText();
  return async () => {
    if (encoding === "utf8") return new TextEncoder().encode(text);
    // The result may be a view of a larger buffer.
    return new Uint8Array(await vscode.workspace.encode(text, { encoding }));
  };
}

/**
 * Finds the encoding in which an editor shows a file, if content in another encoding would lose
 * characters there; else null.
 */
export async function unfitEncoding(path: string, content: Uint8Array): Promise<string | null> {
  const document = textOf(path);
  if (document === null || notebookOf(path) !== null) return null;
  const { encoding } = document;
  if (encoding.startsWith("utf8")) return isUtf8(content) ? null : encoding;
  const text = await vscode.workspace.decode(content, { encoding });
  if (!text.includes("\ufffd")) return null;
  const bytes = await vscode.workspace.encode(text, { encoding });
  return Buffer.compare(bytes, content) === 0 ? null : encoding;
}

/**
 * Replaces an editor's text by content, as one edit: one undo takes it back.
 *
 * @returns false if no editor takes it.
 */
export async function applyContent(path: string, content: Uint8Array): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  const notebook = notebookOf(path);
  const document = textOf(path);
  if (notebook !== null) {
    const data = await vscode.commands.executeCommand<vscode.NotebookData>(
      toNotebook,
      notebook.notebookType,
      content,
    );
    const all = new vscode.NotebookRange(0, notebook.cellCount);
    edit.set(notebook.uri, [
      vscode.NotebookEdit.replaceCells(all, data.cells),
      vscode.NotebookEdit.updateNotebookMetadata(data.metadata ?? {}),
    ]);
  } else if (document !== null) {
    const { encoding } = document;
    const text = await vscode.workspace.decode(content, { encoding });
    edit.replace(document.uri, wholeRange(document), text);
  } else return false;
  return vscode.workspace.applyEdit(edit);
}

/**
 * Waits until a document that a lock made blank has its text again, for a second at most, since a
 * document may be empty.
 */
export function untilShown(path: string): Promise<void> {
  return until(() => textOf(path)?.getText() !== "");
}

/**
 * Tells whether VS Code has not read a document yet: it does so, and reports it, when one of its
 * tabs comes to the front.
 */
export function isUnread(path: string): boolean {
  const isOf = (uri: vscode.Uri): boolean => encryptedPath(uri) === path;
  const isInFront = allTabs().some((tab) => tab.isActive && documentsShownBy(tab).some(isOf));
  return !isInFront && textOf(path) === null && notebookOf(path) === null;
}

/** Waits until VS Code has reported unsaved text in an editor, for a second at most. */
export function untilUnsaved(path: string): Promise<void> {
  return until(() => unsavedPaths().includes(path));
}

/** Waits until a change of texts or tabs makes a condition true, for a second at most. */
async function until(isMet: () => boolean): Promise<void> {
  if (isMet()) return;
  await new Promise<void>((done) => {
    const finish = (): void => {
      clearTimeout(timer);
      listeners.dispose();
      done();
    };
    const check = (): void => {
      if (isMet()) finish();
    };
    const timer = setTimeout(finish, longestMilliseconds);
    const listeners = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(check),
      vscode.workspace.onDidChangeNotebookDocument(check),
      vscode.window.tabGroups.onDidChangeTabs(check),
    );
  });
}

const longestMilliseconds = 1000;

/** The commands that run the serializers of notebooks. */
const toBytes = "vscode.executeNotebookToData";
const toNotebook = "vscode.executeDataToNotebook";

/** Finds the notebook that a tab shows; VS Code may still hold one whose tab is closed. */
function notebookOf(path: string): vscode.NotebookDocument | null {
  const isOf = (uri: vscode.Uri): boolean => encryptedPath(uri) === path;
  const isShown = allTabs().some(
    ({ input }) => input instanceof vscode.TabInputNotebook && isOf(input.uri),
  );
  if (!isShown) return null;
  return vscode.workspace.notebookDocuments.find(({ uri }) => isOf(uri)) ?? null;
}

function dataOf(notebook: vscode.NotebookDocument): vscode.NotebookData {
  const cells = notebook.getCells().map((cell) => {
    const { kind, document, metadata, outputs, executionSummary } = cell;
    const data = new vscode.NotebookCellData(kind, document.getText(), document.languageId);
    Object.assign(data, { metadata, outputs: [...outputs], executionSummary });
    return data;
  });
  const data = new vscode.NotebookData(cells);
  data.metadata = notebook.metadata;
  return data;
}
