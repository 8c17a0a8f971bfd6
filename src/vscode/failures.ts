import { basename } from "node:path";
import * as vscode from "vscode";
import { isCancelled, isDeclined } from "../age/errors";
import type { Again } from "./again";
import { choosesStrategy, explain } from "./wording/failureText";
import { quoted } from "./wording/foreignText";
import type { Log } from "./log";

/**
 * Shows and logs the failure of an action. A user who declined or cancelled knows about it, and
 * sees nothing.
 *
 * @param path - the file; null if the action concerns none.
 * @param again - the action, if it can be repeated.
 */
export function reportFailure(
  log: Log,
  action: string,
  path: string | null,
  error: unknown,
  again: Again | null = null,
): void {
  if (isDeclined(error) || isCancelled(error)) return;
  log.failure(action, path ?? "", error);
  const what = path === null ? "That did not work." : `${quoted(basename(path))}:`;
  showFailure(what, error, vscode.Uri.file(path ?? "/"), again);
}

/**
 * Shows a failure with its next step and its buttons.
 *
 * @param what - the failed action, as a sentence; names in it are quoted already.
 * @param again - the failed action, for a button that removes its obstacle.
 * @param where - an end that may be cut off, such as a long path.
 */
export function showFailure(
  what: string,
  error: unknown,
  uri: vscode.Uri,
  again: Again | null = null,
  where = "",
): void {
  const { message, details = [], nextStep, shortStep, actions } = explain(error);
  const advice = shortStep === undefined ? [...details, nextStep] : [shortStep];
  const labels = actions.map(({ label }) => label);
  void vscode.window
    .showErrorMessage([what, message, ...advice, where].join(" ").trim(), ...labels)
    .then(async (label) => {
      const action = actions.find((candidate) => candidate.label === label);
      if (action === undefined) return;
      const more = choosesStrategy(action) ? [again] : [];
      await vscode.commands.executeCommand(action.command, uri, ...more);
    });
}
