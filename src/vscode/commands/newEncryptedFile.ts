import { basename } from "node:path";
import * as vscode from "vscode";
import { createEncryptedFile } from "../../documents/files/createEncryptedFile";
import { encryptedName, isEncryptedName } from "../../documents/disk/encryptedNames";
import { quoted } from "../wording/foreignText";
import { besideNothing } from "../editor/documentOpener";
import { closePagesOf } from "../editor/openRedirect";
import type { CommandContext } from "./context";
import { keepPassphrase } from "./encryptFiles";
import { pickFormat } from "./formatPicker";
import { emptyTarget, freeTarget } from "./freeTarget";
import { pickRecipients } from "./recipientPicker";

/**
 * New Encrypted File…: asks for the place and the recipients, makes an empty file and opens it.
 *
 * @param uri - the folder for it, or an empty file with the name of an encrypted one.
 */
export async function newEncryptedFileCommand(
  context: CommandContext,
  uri: unknown,
): Promise<void> {
  const given = uri instanceof vscode.Uri ? uri : null;
  const isNamed = given?.scheme === "file" && isEncryptedName(given.path);
  const path = isNamed ? given.fsPath : await choosePath(given);
  if (path === null) return;
  await context.strategies.confirmUsable(path);
  const documents = context.documentContext;
  const choice = await pickRecipients(path, quoted(basename(path)), documents, context.prompts);
  if (choice === null) return;
  try {
    const format = await pickFormat(quoted(basename(path)));
    if (format === null) return;
    const { disk } = documents;
    const target = (await emptyTarget(path, disk)) ?? (await freeTarget(path, disk));
    if (target === null) return;
    await createEncryptedFile({ format, ...target, ...choice }, documents);
    keepPassphrase(context, target.target, choice);
    await context.opener.open(target.target, { ...besideNothing, preview: false });
    await closePagesOf(target.target);
  } finally {
    choice.wipe();
  }
}

/** Asks for the path of a new file. @returns null if dismissed. */
async function choosePath(given: vscode.Uri | null): Promise<string | null> {
  const folder = given ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showSaveDialog({
    title: "New Encrypted File",
    saveLabel: "Create",
    ...(folder === undefined
      ? {}
      : { defaultUri: vscode.Uri.joinPath(folder, encryptedName("secrets.yaml")) }),
  });
  if (chosen === undefined) return null;
  return isEncryptedName(chosen.path) ? chosen.fsPath : encryptedName(chosen.fsPath);
}
