import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Disk } from "../../documents/disk/disk";
import type { Existing } from "../../documents/disk/replacedVersion";
import { targetState } from "../../documents/files/targetState";
import { quoted } from "../wording/foreignText";

/** A target that the user agreed to, and its real path. */
export interface FreeTarget {
  readonly target: string;
  readonly existing: Existing;
  readonly real: string;
}

/**
 * Takes an empty file as a target that needs no question: New File… leaves one.
 *
 * @returns null for anything else, also for links.
 */
export async function emptyTarget(target: string, disk: Disk): Promise<FreeTarget | null> {
  const state = await targetState(target, disk);
  if (state.kind !== "taken" || !state.isEmpty || state.isLink) return null;
  return { target, existing: { replace: state.version }, real: state.real };
}

/** Asks for another target until one may be written. @returns null if dismissed. */
export async function freeTarget(target: string, disk: Disk): Promise<FreeTarget | null> {
  const state = await targetState(target, disk);
  if (state.kind === "free") return { target, existing: "keep", real: state.real };
  const name = quoted(basename(target));
  const overwrite = "Overwrite";
  let message = `${name} exists already.`;
  let detail = `In ${quoted(dirname(target))}. Overwriting cannot be undone.`;
  if (state.kind === "unusable") {
    message = `${name} cannot be written: ${state.what} has that name.`;
    detail = `In ${quoted(dirname(target))}.`;
  } else if (state.isLink) {
    message = `${name} is a link. Overwrite the file that it leads to?`;
    // The whole path, since the part that a cut would leave out may be the one that matters.
    detail = `It leads to ${quoted(state.real, Infinity)}. Overwriting cannot be undone.`;
  }
  const buttons = state.kind === "taken" ? [overwrite] : [];
  const another = "Choose Another Name…";
  const options = { modal: true, detail };
  const answer = await vscode.window.showWarningMessage(message, options, another, ...buttons);
  if (answer === overwrite && state.kind === "taken") {
    return { target, existing: { replace: state.version }, real: state.real };
  }
  if (answer !== another) return null;
  const chosen = await vscode.window.showSaveDialog({
    title: "Choose Another Name",
    defaultUri: vscode.Uri.file(join(dirname(target), `new-${basename(target)}`)),
  });
  return chosen === undefined ? null : freeTarget(chosen.fsPath, disk);
}
