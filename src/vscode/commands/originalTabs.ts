import type * as vscode from "vscode";
import { ignoreFailure } from "../../documents/disk/diskFailures";
import type { DocumentOpener } from "../editor/documentOpener";
import { allTabs, closeTabs, isTabOfFile } from "../tabs";
import type { LockWatch } from "../../keys/lockWatch";

/**
 * Replaces the tabs of an original that is gone, also its diffs, by the decrypted document: saving
 * there would write the plaintext again. A tab with unsaved text stays. After a lock the tabs
 * close, and nothing opens in their place.
 */
export async function replaceOriginalTabs(
  original: string,
  encrypted: string,
  opener: DocumentOpener,
  lock: LockWatch,
): Promise<void> {
  for (const tab of allTabs().filter((one) => isCleanTabOf(original, one))) {
    if (lock.wasLocked()) break;
    const { viewColumn } = tab.group;
    const placement = { viewColumn, preview: tab.isPreview, preserveFocus: !tab.group.isActive };
    // If opening fails, the text is in the encrypted file all the same.
    const opened = opener.open(encrypted, { ...placement, background: !tab.isActive });
    await opened.catch(ignoreFailure);
  }
  await closeTabs((tab) => isCleanTabOf(original, tab));
}

function isCleanTabOf(path: string, tab: vscode.Tab): boolean {
  return !tab.isDirty && isTabOfFile(tab, path);
}
