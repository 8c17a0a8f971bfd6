import * as vscode from "vscode";
import type { CommandContext } from "./context";
import { encryptedTargets } from "./target";

/**
 * Opens encrypted files as they are on the disk. The ciphertext guard takes edits of them back.
 */
export async function openRawCommand(
  { rawTabs }: CommandContext,
  uri: unknown,
  selected: unknown,
): Promise<void> {
  const paths = await encryptedTargets(uri, selected, "Open Raw");
  for (const path of paths) {
    const file = vscode.Uri.file(path);
    rawTabs.choose(file);
    const options = paths.length === 1 ? [] : [{ preview: false }];
    await vscode.commands.executeCommand("vscode.openWith", file, "default", ...options);
  }
}
