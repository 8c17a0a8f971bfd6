import { basename } from "node:path";
import * as vscode from "vscode";
import { AgeError } from "../age/errors";
import { isOfStrategy, showFailure } from "./errors";
import { quoted } from "./foreignText";

/**
 * Tells of a failed save with what to do next. VS Code's own message begins with the long URI of
 * the document, and has no buttons of ours.
 */
export function tellFailedSave(path: string, error: unknown): void {
  if (isDeclined(error)) return;
  const again = isOfStrategy(error) ? "save" : null;
  showFailure(`${quoted(basename(path))} is not saved:`, error, vscode.Uri.file(path), again);
}

/** Tells that the user himself, asked about the save, did not want it. */
function isDeclined(error: unknown): boolean {
  return (
    error instanceof AgeError && (error.code === "dismissed" || error.facts.isDeclined === true)
  );
}
