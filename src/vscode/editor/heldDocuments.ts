import * as vscode from "vscode";
import { Disposable } from "../dispose";
import type { CageFileSystem } from "./fileSystemProvider";
import { encryptedPath } from "../uris";

/**
 * Watches the files of documents that VS Code held before this extension host started. VS Code had
 * asked the previous host to watch them, and does not ask the next one.
 */
export class HeldDocuments extends Disposable {
  private readonly watches = new Map<string, vscode.Disposable>();

  constructor(files: CageFileSystem) {
    super();
    const { textDocuments, notebookDocuments } = vscode.workspace;
    for (const { uri } of [...textDocuments, ...notebookDocuments]) {
      if (encryptedPath(uri) !== null) this.watches.set(uri.toString(), files.watch(uri));
    }
    const end = ({ uri }: { readonly uri: vscode.Uri }): void => {
      this.end(uri.toString());
    };
    this.register(vscode.workspace.onDidCloseTextDocument(end));
    this.register(vscode.workspace.onDidCloseNotebookDocument(end));
  }

  override dispose(): void {
    for (const uri of [...this.watches.keys()]) this.end(uri);
    super.dispose();
  }

  private end(uri: string): void {
    this.watches.get(uri)?.dispose();
    this.watches.delete(uri);
  }
}
