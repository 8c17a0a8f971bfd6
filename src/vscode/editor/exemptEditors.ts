import * as vscode from "vscode";
import { Disposable } from "../dispose";
import { allTabs, isEditorOf } from "../tabs";

/**
 * The files whose editors the user wants left alone, until all of them are closed. A restored
 * window has the same ones.
 */
export class ExemptEditors extends Disposable {
  private readonly uris: Set<string>;

  /**
   * @param key - the key of the window's state that stores them.
   * @param isIn - tells whether a tab is an editor of a file.
   */
  constructor(
    private readonly state: vscode.Memento,
    private readonly key: string,
    private readonly isIn: (tab: vscode.Tab, uri: vscode.Uri) => boolean = isEditorOf,
  ) {
    super();
    this.uris = new Set(state.get<readonly string[]>(key, []));
    this.register(
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        if (closed.length > 0) this.forgetClosed();
      }),
    );
  }

  /** Tells whether the editors of a file are exempt. */
  has(uri: vscode.Uri): boolean {
    return this.uris.has(uri.toString());
  }

  /** Exempts the editors of a file. */
  add(uri: vscode.Uri): void {
    this.uris.add(uri.toString());
    this.remember();
  }

  private forgetClosed(): void {
    const before = this.uris.size;
    for (const text of this.uris) {
      const uri = vscode.Uri.parse(text, true);
      if (!allTabs().some((tab) => this.isIn(tab, uri))) this.uris.delete(text);
    }
    if (this.uris.size !== before) this.remember();
  }

  private remember(): void {
    void this.state.update(this.key, [...this.uris]);
  }
}
