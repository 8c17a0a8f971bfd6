import { basename } from "node:path";
import * as vscode from "vscode";
import { showFailure } from "../failures";
import { isAbsent } from "../wording/failureText";
import { quoted } from "../wording/foreignText";
import { allTabs, documentsShownBy, isShown, isUnfilled } from "../tabs";
import { encryptedPath } from "../uris";

/** A function that opens a file in the place of a tab, or shows there why it is not open. */
type TakeOver = (tab: vscode.Tab, path: string, error: Error | null) => Promise<void>;

/**
 * Deals with documents that VS Code could not read:
 *
 * - A tab from Reopen Closed Editor asks for the key.
 * - A tab that came back with the window shows a page with Unlock.
 * - Any other failed read is reported once, until the file is read.
 * - A failed read by another extension, without a tab, is reported to that extension only.
 */
export class FailedReads {
  private readonly told = new Set<string>();
  /** The files whose tabs came back with the window: the user has not just asked for them. */
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

  /** Forgets the failures of a file, which was read. */
  clear(path: string): void {
    this.told.delete(path);
    this.restored.delete(path);
  }
}
