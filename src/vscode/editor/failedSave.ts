import { basename } from "node:path";
import * as vscode from "vscode";
import { AgeError, isDeclined } from "../../age/errors";
import { showFailure } from "../failures";
import { explain, isOfStrategy } from "../wording/failureText";
import { fileSystemError } from "./fileSystemError";
import { quoted } from "../wording/foreignText";
import { placeOf } from "../uris";

/**
 * Shows a failed save and what to do next. VS Code's own message shows the long URI of the
 * document, and can't have Cage's buttons. So this one takes its place; VS Code's stays among the
 * notifications, with its buttons. A save that the user declined needs no message.
 */
export async function tellFailedSave(path: string, error: unknown): Promise<void> {
  await untilVsCodeTold();
  await hideTheirs();
  if (isDeclined(error)) {
    vscode.window.setStatusBarMessage(`Not saved: ${quoted(basename(path))}`, 8000);
    return;
  }
  const again = isOfStrategy(error) ? "save" : null;
  const what = `${quoted(basename(path))} is not saved:`;
  showFailure(what, error, vscode.Uri.file(path), again, `File: ${quoted(path)}`);
}

/**
 * Makes the error of a failed save, with Cage's wording and the file's real path: for a
 * `FileSystemError` VS Code would show the class as well. Only a locked document keeps its class,
 * by which other extensions know it; nobody types into one.
 */
export function saveError(uri: vscode.Uri, error: unknown): Error {
  if (error instanceof AgeError && error.code === "locked") return fileSystemError(error, uri);
  const { message, nextStep } = explain(error);
  const path = quoted(placeOf(uri).path);
  const failure = new Error(isDeclined(error) ? path : `${path}: ${message} ${nextStep}`);
  failure.name = "Not saved";
  return failure;
}

/** Says, in the same way, that a text can't be saved in the place that was chosen in Save As…. */
export async function tellMisplaced(uri: vscode.Uri): Promise<void> {
  await untilVsCodeTold();
  await hideTheirs();
  const chosen = await vscode.window.showErrorMessage(misplaced(uri), newFile);
  if (chosen === newFile) await vscode.commands.executeCommand("cage.newEncryptedFile");
}

/** Makes the error of an operation on a URI that is not a document's. */
export function misplacedError(uri: vscode.Uri): vscode.FileSystemError {
  return vscode.FileSystemError.NoPermissions(misplaced(uri));
}

/** Says why a URI takes no text, and what to do instead. */
function misplaced(uri: vscode.Uri): string {
  const { kind, path } = placeOf(uri);
  const name = quoted(basename(path));
  switch (kind) {
    case "document":
      return `There is no encrypted file ${name} to save into. Make it with ${newFile} first.`;
    case "encrypted file":
      return `${name} is the name of an encrypted file: nothing is written there unencrypted. Choose another name, or use ${newFile}.`;
    case "folder":
      return `${name} can't be saved: decrypted text goes only into the encrypted file that it came from. Save it there and copy that file, or use ${newFile}.`;
  }
}

const newFile = "New Encrypted File…";

/** Hides VS Code's message; it stays among the notifications. */
async function hideTheirs(): Promise<void> {
  await vscode.commands.executeCommand("notifications.hideToasts");
}

/** Waits until VS Code has shown the failure of a save that is about to fail. */
async function untilVsCodeTold(): Promise<void> {
  await new Promise(setImmediate);
  // VS Code handles an extension's messages in order: when it answers, it has shown the failure.
  for (let answers = 0; answers < answersToWait; answers++) {
    await vscode.commands.executeCommand("setContext", "cage.failedSave", answers);
  }
}

const answersToWait = 3;
