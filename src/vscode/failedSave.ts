import { basename } from "node:path";
import * as vscode from "vscode";
import { AgeError } from "../age/errors";
import { isOfStrategy, showFailure } from "./errors";
import { quoted } from "./foreignText";

/**
 * Tells of a failed save with what to do next. VS Code's own message begins with the long URI of
 * the document, and has no buttons of ours. This one comes after it: VS Code's is tall, and hides
 * an older message, but no newer one.
 */
export async function tellFailedSave(path: string, error: unknown): Promise<void> {
  if (isDeclined(error)) return;
  await new Promise(setImmediate);
  // VS Code handles an extension's messages in order: when it answers, it has told of the save.
  for (let answers = 0; answers < answersToWait; answers++) {
    await vscode.commands.executeCommand("setContext", "cage.failedSave", answers);
  }
  const again = isOfStrategy(error) ? "save" : null;
  showFailure(`${quoted(basename(path))} is not saved:`, error, vscode.Uri.file(path), again);
}

const answersToWait = 3;

/** Tells whether the user himself, asked about the save, did not want it. */
function isDeclined(error: unknown): boolean {
  return (
    error instanceof AgeError && (error.code === "dismissed" || error.facts.isDeclined === true)
  );
}
