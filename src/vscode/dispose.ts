import type * as vscode from "vscode";

/** An owner of disposables: it registers each one that it creates. */
export abstract class Disposable implements vscode.Disposable {
  private readonly owned: vscode.Disposable[] = [];

  /** Takes over the disposal of something, and returns it. */
  protected register<T extends vscode.Disposable>(disposable: T): T {
    this.owned.push(disposable);
    return disposable;
  }

  dispose(): void {
    for (const disposable of this.owned.splice(0).reverse()) disposable.dispose();
  }
}
