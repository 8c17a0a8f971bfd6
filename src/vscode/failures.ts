import { basename } from "node:path";
import * as vscode from "vscode";
import { isDeclined } from "../age/errors";
import type { Again } from "./again";
import { showFailure } from "./wording/failureText";
import { quoted } from "./wording/foreignText";
import type { Log } from "./log";

/**
 * Shows and logs the failure of an action on a file; null where no file is concerned. A user who
 * declined or cancelled knows, and is told nothing.
 *
 * @param again - what failed, if it can be done again.
 */
export function reportFailure(
  log: Log,
  action: string,
  path: string | null,
  error: unknown,
  again: Again | null = null,
): void {
  if (isDeclined(error) || (error instanceof Error && error.name === "AbortError")) return;
  log.failure(action, path ?? "", error);
  const what = path === null ? "That did not work." : `${quoted(basename(path))}:`;
  showFailure(what, error, vscode.Uri.file(path ?? "/"), again);
}
