import { basename } from "node:path";
import * as vscode from "vscode";
import { createEncryptedFile } from "../../documents/createEncryptedFile";
import { encryptedName, isEncryptedName } from "../../documents/names";
import { quoted } from "../foreignText";
import type { CommandContext } from "./context";
import { keepPassphrase } from "./encryptFiles";
import { pickFormat } from "./formatPicker";
import { freeTarget } from "./freeTarget";
import { pickRecipients } from "./recipientPicker";

/** New Encrypted File…: asks where and whom for, makes an empty one and opens it. */
export async function newEncryptedFileCommand(
  context: CommandContext,
  uri: unknown,
): Promise<void> {
  const folder = uri instanceof vscode.Uri ? uri : vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showSaveDialog({
    title: "New Encrypted File",
    saveLabel: "Create",
    ...(folder === undefined
      ? {}
      : { defaultUri: vscode.Uri.joinPath(folder, encryptedName("secrets.yaml")) }),
  });
  if (chosen === undefined) return;
  const path = isEncryptedName(chosen.path) ? chosen.fsPath : encryptedName(chosen.fsPath);
  await context.strategies.confirmUsable(path);
  const documents = context.documentContext;
  const choice = await pickRecipients(path, quoted(basename(path)), documents, context.prompts);
  if (choice === null) return;
  try {
    const format = await pickFormat(quoted(basename(path)));
    if (format === null) return;
    const target = await freeTarget(path, documents.disk);
    if (target === null) return;
    await createEncryptedFile({ format, ...target, ...choice }, documents);
    keepPassphrase(context, target.target, choice);
    await vscode.commands.executeCommand("cage.openDecrypted", vscode.Uri.file(target.target));
  } finally {
    choice.wipe();
  }
}
