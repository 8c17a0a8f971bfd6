import * as vscode from "vscode";
import { Disposable } from "../dispose";

/** The texts of the read-only documents of a scheme. A text goes when its document is closed. */
export class ShownTexts extends Disposable implements vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>();
  private readonly changes = this.register(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.changes.event;

  constructor(scheme: string) {
    super();
    this.register(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
    this.register(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.texts.delete(uri.toString())),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  /** Sets the text of a document, also of one that is open. */
  set(uri: vscode.Uri, text: string): void {
    this.texts.set(uri.toString(), text);
    // VS Code keeps the text of an open document until it hears of a change.
    this.changes.fire(uri);
  }

  /** Forgets all texts. The documents that VS Code still holds become empty. */
  clear(): void {
    const uris = [...this.texts.keys()];
    this.texts.clear();
    for (const uri of uris) this.changes.fire(vscode.Uri.parse(uri));
  }
}
