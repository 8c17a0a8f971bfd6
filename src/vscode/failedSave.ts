import { basename } from "node:path";
import * as vscode from "vscode";
import { isDeclined } from "../age/errors";
import { isOfStrategy, showFailure } from "./errors";
import { quoted } from "./foreignText";
import { placeOf } from "./uris";

/**
 * Tells of a failed save with what to do next. VS Code's own message begins with the long URI of
 * the document, and has no buttons of ours. This one comes after it: VS Code's is tall, and hides
 * an older message, but no newer one.
 */
export async function tellFailedSave(path: string, error: unknown): Promise<void> {
  if (isDeclined(error)) return;
  await untilVsCodeTold();
  const again = isOfStrategy(error) ? "save" : null;
  showFailure(`${quoted(basename(path))} is not saved:`, error, vscode.Uri.file(path), again);
}

/** Tells that a text can't be saved where Save As… was to put it. Also this one comes last. */
export async function tellMisplaced(uri: vscode.Uri): Promise<void> {
  await untilVsCodeTold();
  const chosen = await vscode.window.showErrorMessage(misplaced(uri), newFile);
  if (chosen === newFile) await vscode.commands.executeCommand("cage.newEncryptedFile");
}

/** Makes the error of an operation on a place of the scheme that is no document's. */
export function misplacedError(uri: vscode.Uri): vscode.FileSystemError {
  return vscode.FileSystemError.NoPermissions(misplaced(uri));
}

/** Says why a place of the scheme takes no text, and what to do instead. */
function misplaced(uri: vscode.Uri): string {
  const { kind, path } = placeOf(uri);
  const name = quoted(basename(path));
  switch (kind) {
    case "document":
      return `There is no encrypted file ${name} to save into. Make it with ${newFile} first.`;
    case "encrypted file":
      return `${name} is the name of an encrypted file: nothing is written there in plain. Choose another name, or use ${newFile}.`;
    case "folder":
      return `${name} can't be saved: decrypted text goes only into the encrypted file that it is from. Save it there and copy that file, or use ${newFile}.`;
  }
}

const newFile = "New Encrypted File…";

/** Waits until VS Code has told of a save that is about to fail. */
async function untilVsCodeTold(): Promise<void> {
  await new Promise(setImmediate);
  // VS Code handles an extension's messages in order: when it answers, it has told of the save.
  for (let answers = 0; answers < answersToWait; answers++) {
    await vscode.commands.executeCommand("setContext", "cage.failedSave", answers);
  }
}

const answersToWait = 3;
