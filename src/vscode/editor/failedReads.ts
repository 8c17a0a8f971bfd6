import { basename } from "node:path";
import * as vscode from "vscode";
import { showFailure } from "../failures";
import { isAbsent } from "../wording/failureText";
import { quoted } from "../wording/foreignText";
import { allTabs, documentsShownBy, isShown, isUnfilled } from "../tabs";
import { encryptedPath } from "../uris";

/** Opens a file in the place of a tab, or shows why it is not open. */
type TakeOver = (tab: vscode.Tab, path: string, error: Error | null) => Promise<void>;

/**
 * Deals with documents that VS Code could not read:
 *
 * - A tab by Reopen Closed Editor asks for the key.
 * - A tab that came back with the window shows a page with Unlock.
 * - Any other read is told of once, until the file was read.
 * - A read by another extension, for which no tab stands, is told of to that extension alone.
 */
export class FailedReads {
  private readonly told = new Set<string>();
  /** The files whose tabs came back with the window: nobody has asked for them just now. */
  private readonly restored = new Set(allTabs().flatMap(documentsShownBy).map(encryptedPath));

  constructor(private readonly takeOver: TakeOver) {}

  add(path: string, error: unknown): void {
    if (!isShown(path) || isAbsent(error)) return;
    const tab = allTabs().find((one) => one.isActive && isUnfilled(one, path));
    if (tab !== undefined) {
      const isRestored = this.restored.delete(path);
      void this.takeOver(tab, path, isRestored && error instanceof Error ? error : null);
      return;
    }
    if (this.told.has(path)) return;
    this.told.add(path);
    const what = `${quoted(basename(path))} is not open.`;
    showFailure(what, error, vscode.Uri.file(path), "cage.openDecrypted");
  }

  /** The file was read. */
  clear(path: string): void {
    this.told.delete(path);
    this.restored.delete(path);
  }
}
