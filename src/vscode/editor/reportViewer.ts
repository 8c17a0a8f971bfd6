import * as vscode from "vscode";
import { Disposable } from "../dispose";
import { ShownTexts } from "./shownTexts";

/** The scheme of read-only texts about files: plans and reports. */
const scheme = "cage-report";

/**
 * The language of those texts, as in package.json: VS Code wraps its lines, which hold whole paths.
 */
const language = "cage-report";

/**
 * Shows plans and reports about several files as read-only texts. They hold paths and no secrets.
 */
export class FileReports extends Disposable {
  private readonly texts = this.register(new ShownTexts(scheme));
  private count = 0;
  private last: { readonly title: string; readonly text: string } | null = null;

  /** Shows a text in an editor. */
  async show(title: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path: `/${++this.count}/${title}` });
    this.texts.set(uri, text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, language);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  /** Keeps a text until the next one, so that it can still be shown after its notification. */
  keep(title: string, text: string): void {
    this.last = { title, text };
  }

  /** Shows the text that was kept last. */
  async showLast(): Promise<void> {
    if (this.last !== null) await this.show(this.last.title, this.last.text);
    else void vscode.window.showInformationMessage("There is no report in this window yet.");
  }
}
