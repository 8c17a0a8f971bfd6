import * as vscode from "vscode";
import type { DocumentContext } from "../../documents/openDocument";
import { opensUnasked } from "../../documents/opensUnasked";
import type { Log } from "../log";
import type { Opener } from "../opener";
import { allTabs, documentsEditedIn, isShown } from "../tabs";
import { encryptedPath } from "../uris";

/** The tabs with unsaved text that a lock closed; they come back when the user unlocks Cage. */
export class AwayTabs {
  private readonly columns = new Map<string, vscode.ViewColumn>();
  /** The files whose tabs came back; until they are shown their text is in drafts alone. */
  private readonly broughtBack = new Set<string>();
  private isBringing = false;
  /** The number of locks so far. */
  private locks = 0;

  constructor(
    private readonly context: DocumentContext,
    private readonly opener: Opener,
    private readonly hasDraft: (path: string) => Promise<boolean>,
    private readonly log: Log,
  ) {}

  /** Brings nothing back any more before the user unlocks again. A lock closes all tabs next. */
  stop(): void {
    this.locks++;
    for (const path of this.broughtBack) if (isShown(path)) this.add(path);
    this.broughtBack.clear();
  }

  /** Remembers the tab of a file, which is about to be closed. */
  add(path: string): void {
    const tab = allTabs().find((one) =>
      documentsEditedIn(one).some((uri) => encryptedPath(uri) === path),
    );
    this.columns.set(path, tab?.group.viewColumn ?? vscode.ViewColumn.Active);
  }

  /**
   * Opens the tabs again whose key is at hand, behind those that the user sees; the others wait
   * until the user opens them.
   *
   * @param opened - the file that the user has opened.
   */
  async bringBack(opened: string): Promise<void> {
    this.columns.delete(opened);
    if (this.isBringing || this.columns.size === 0) return;
    this.isBringing = true;
    const { locks } = this;
    try {
      for (const [path, viewColumn] of [...this.columns]) {
        if (locks !== this.locks) return;
        await this.open(path, viewColumn);
      }
    } finally {
      this.isBringing = false;
    }
  }

  /** Opens a file again if there is a draft of it, and a key at hand opens it. */
  private async open(path: string, viewColumn: vscode.ViewColumn): Promise<void> {
    try {
      if (isShown(path) || !(await this.hasDraft(path))) {
        this.columns.delete(path);
        return;
      }
      const { locks } = this;
      if (!(await opensUnasked(path, this.context)) || locks !== this.locks) return;
      this.columns.delete(path);
      this.broughtBack.add(path);
      const behind = { preview: false, preserveFocus: true, background: true };
      await this.opener.open(path, { viewColumn, ...behind });
    } catch (error) {
      this.log.failure("bring back", path, error);
    }
  }
}
