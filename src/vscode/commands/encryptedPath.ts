import * as vscode from "vscode";
import { encryptedTarget } from "./target";

/**
 * Copies the path of the encrypted file. VS Code's own command copies the document's path, where no
 * file is.
 */
export async function copyEncryptedPathCommand(uri: unknown): Promise<void> {
  const path = await encryptedTarget(uri, "Copy Path of Encrypted File");
  if (path !== null) await vscode.env.clipboard.writeText(path);
}

/** Reveals the encrypted file in the Explorer, which does not know the document. */
export async function revealEncryptedCommand(uri: unknown): Promise<void> {
  const path = await encryptedTarget(uri, "Reveal Encrypted File in Explorer");
  if (path === null) return;
  await vscode.commands.executeCommand("revealInExplorer", vscode.Uri.file(path));
}
