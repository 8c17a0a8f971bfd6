import * as vscode from "vscode";
import type { DocumentContext } from "../../documents/openDocument";
import { opensUnasked } from "../../documents/opensUnasked";
import type { Log } from "../log";
import type { Opener } from "../opener";
import { allTabs, documentsEditedIn, isShown } from "../tabs";
import { documentUri, encryptedPath } from "../uris";

/** The tabs with unsaved text that a lock closed; they come back when the user unlocks Cage. */
export class AwayTabs {
  private readonly columns = new Map<string, vscode.ViewColumn>();
  private isBringing = false;
  /** The number of locks so far. */
  private locks = 0;

  constructor(
    private readonly context: DocumentContext,
    private readonly opener: Opener,
    private readonly log: Log,
  ) {}

  /** Brings nothing back any more before the user unlocks again. */
  stop(): void {
    this.locks++;
  }

  /** Remembers the tab of a file, which is about to be closed. */
  add(path: string): void {
    const tab = allTabs().find((one) =>
      documentsEditedIn(one).some((uri) => encryptedPath(uri) === path),
    );
    this.columns.set(path, tab?.group.viewColumn ?? vscode.ViewColumn.Active);
  }

  /**
   * Opens the tabs again whose key is at hand; the others wait until the user opens them.
   *
   * @param opened - the file that the user has opened, which comes to the front again.
   */
  async bringBack(opened: string): Promise<void> {
    this.columns.delete(opened);
    if (this.isBringing || this.columns.size === 0) return;
    this.isBringing = true;
    const { locks } = this;
    try {
      let isAnyOpen = false;
      for (const [path, viewColumn] of [...this.columns]) {
        if (locks !== this.locks) return;
        isAnyOpen = (await this.open(path, viewColumn)) || isAnyOpen;
      }
      // Their tabs may cover it.
      if (isAnyOpen) await vscode.commands.executeCommand("vscode.open", documentUri(opened));
    } finally {
      this.isBringing = false;
    }
  }

  /** Opens a file again if a key at hand does. @returns true if it did. */
  private async open(path: string, viewColumn: vscode.ViewColumn): Promise<boolean> {
    try {
      if (isShown(path)) {
        this.columns.delete(path);
        return false;
      }
      const { locks } = this;
      if (!(await opensUnasked(path, this.context)) || locks !== this.locks) return false;
      this.columns.delete(path);
      await this.opener.open(path, { viewColumn, preview: false, preserveFocus: true });
      return true;
    } catch (error) {
      this.log.failure("bring back", path, error);
      return false;
    }
  }
}
