import * as vscode from "vscode";
import type { DocumentContext } from "../../documents/openDocument";
import { nullWhenRefused } from "../../documents/disk/diskFailures";
import { movedPath } from "../../documents/disk/movedPath";
import { opensUnasked } from "../../documents/unlocking/opensUnasked";
import type { LockReason } from "../../keys/keyring";
import type { Log } from "../log";
import type { DocumentOpener } from "../editor/documentOpener";
import { allTabs, documentsEditedIn, isShown } from "../tabs";
import { encryptedPath } from "../uris";

/** A tab that a lock closed. */
interface AwayTab {
  readonly viewColumn: vscode.ViewColumn;
  readonly comes: "for its draft" | "in any case";
}

/**
 * The tabs that a lock closed, and that come back when the user unlocks Cage: those with unsaved
 * text, and all of them after a lock that the user of this window did not ask for.
 */
export class AwayTabs {
  private readonly tabs = new Map<string, AwayTab>();
  /** The files whose tabs came back. Their text is only in drafts until they are shown. */
  private readonly broughtBack = new Set<string>();
  private isBringing = false;
  /** The number of locks so far. */
  private locks = 0;

  constructor(
    private readonly context: DocumentContext,
    private readonly opener: DocumentOpener,
    private readonly hasDraft: (path: string) => Promise<boolean>,
    private readonly log: Log,
  ) {}

  /**
   * Stops bringing tabs back until the user unlocks again. A lock calls it before it closes all
   * tabs.
   */
  stop(reason: LockReason): void {
    this.locks++;
    for (const path of this.broughtBack) if (isShown(path)) this.add(path);
    this.broughtBack.clear();
    if (reason !== "by the user") return;
    // A user who locks the window wants its documents closed, also those of an earlier lock.
    for (const [path, tab] of this.tabs) this.tabs.set(path, { ...tab, comes: "for its draft" });
  }

  /** Remembers the tab of a file that is about to close. */
  add(path: string, comes = this.tabs.get(path)?.comes ?? "for its draft"): void {
    const tab = allTabs().find((one) =>
      documentsEditedIn(one).some((uri) => encryptedPath(uri) === path),
    );
    const viewColumn = tab?.group.viewColumn ?? vscode.ViewColumn.Active;
    this.tabs.set(path, { viewColumn, comes });
  }

  /** Notes that a file, or a folder above it, has a new name. */
  moved(from: string, to: string): void {
    for (const [path, tab] of [...this.tabs]) {
      const moved = movedPath(path, from, to);
      if (moved !== null && this.tabs.delete(path)) this.tabs.set(moved, tab);
    }
    for (const path of [...this.broughtBack]) {
      const moved = movedPath(path, from, to);
      if (moved !== null && this.broughtBack.delete(path)) this.broughtBack.add(moved);
    }
  }

  /**
   * Reopens the tabs whose keys are at hand, behind those that the user sees. The others wait until
   * the user opens them.
   *
   * @param opened - the file that the user has opened.
   */
  async bringBack(opened: string): Promise<void> {
    this.tabs.delete(opened);
    if (this.isBringing || this.tabs.size === 0) return;
    this.isBringing = true;
    const { locks } = this;
    try {
      for (const [path, tab] of [...this.tabs]) {
        if (locks !== this.locks) return;
        await this.open(path, tab);
      }
    } finally {
      this.isBringing = false;
    }
  }

  /** Reopens a file that should come back, if a key at hand opens it. */
  private async open(path: string, { viewColumn, comes }: AwayTab): Promise<void> {
    try {
      const facts = await this.context.disk.facts(path).catch(nullWhenRefused);
      const isWanted = facts !== null && (comes === "in any case" || (await this.hasDraft(path)));
      if (isShown(path) || !isWanted) {
        this.tabs.delete(path);
        return;
      }
      const { locks } = this;
      if (!(await opensUnasked(path, this.context)) || locks !== this.locks) return;
      this.tabs.delete(path);
      this.broughtBack.add(path);
      const behind = { preview: false, preserveFocus: true, background: true };
      await this.opener.open(path, { viewColumn, ...behind });
    } catch (error) {
      this.log.failure("bring back", path, error);
    }
  }
}
