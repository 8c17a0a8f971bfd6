import * as vscode from "vscode";
import { AgeError } from "../../age/errors";
import type { Opener } from "../opener";
import { allTabs, closeTabs } from "../tabs";

/**
 * Puts the decrypted document in the place of the tabs of an original that is gone: saving there
 * would write the plaintext again. A tab with unsaved text stays.
 */
export async function replaceOriginalTabs(
  original: string,
  encrypted: string,
  opener: Opener,
): Promise<void> {
  for (const tab of allTabs().filter((one) => isCleanTabOf(original, one))) {
    const { viewColumn } = tab.group;
    const placement = { viewColumn, preview: tab.isPreview, preserveFocus: !tab.group.isActive };
    // Where a lock came meanwhile, the text is in the encrypted file all the same.
    await opener
      .open(encrypted, { ...placement, background: !tab.isActive })
      .catch(nothingWhenRefused);
  }
  await closeTabs((tab) => isCleanTabOf(original, tab));
}

function isCleanTabOf(path: string, { input, isDirty }: vscode.Tab): boolean {
  const isEditor =
    input instanceof vscode.TabInputText ||
    input instanceof vscode.TabInputCustom ||
    input instanceof vscode.TabInputNotebook;
  return isEditor && !isDirty && input.uri.scheme === "file" && input.uri.fsPath === path;
}

function nothingWhenRefused(error: unknown): void {
  if (!(error instanceof AgeError)) throw error;
}
