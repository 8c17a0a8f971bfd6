import * as vscode from "vscode";
import { sayNoTarget, targetOf } from "./target";

/** Copy Path of Encrypted File: VS Code's own command copies the document's path, which is none. */
export async function copyEncryptedPathCommand(uri: unknown): Promise<void> {
  const path = targetOf(uri);
  if (path === null) sayNoTarget("an encrypted file");
  else await vscode.env.clipboard.writeText(path);
}

/** Reveal Encrypted File in Explorer, which does not know the document. */
export async function revealEncryptedCommand(uri: unknown): Promise<void> {
  const path = targetOf(uri);
  if (path === null) sayNoTarget("an encrypted file");
  else await vscode.commands.executeCommand("revealInExplorer", vscode.Uri.file(path));
}
