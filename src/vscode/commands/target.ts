import { basename } from "node:path";
import * as vscode from "vscode";
import { encryptedPath } from "../uris";

/** The file that a command is about: the one it was called on, else that of the active tab. */
export function targetOf(uri: unknown): string | null {
  const chosen = uri instanceof vscode.Uri ? uri : activeUri();
  if (chosen === null) return null;
  return chosen.scheme === "file" ? chosen.fsPath : encryptedPath(chosen);
}

/** The file of the command or of the active tab; a failure without a file names the root. */
export function fileOf(uri: unknown): string | null {
  const path = targetOf(uri);
  return path === null || basename(path) === "" ? null : path;
}

/** A path for which the settings of a file count, or those of the workspace where no file is at hand. */
export function pathForSettings(path: string | null): string {
  return path ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "/";
}

/** The files that a command is about: in the Explorer several may be selected. */
export function targetsOf(uri: unknown, selected: unknown): readonly string[] {
  const uris = Array.isArray(selected) && selected.length > 0 ? selected : [uri];
  return uris.flatMap((one) => targetOf(one) ?? []);
}

/** Says that there is nothing to work on. */
export function sayNoTarget(what: string): void {
  void vscode.window.showInformationMessage(
    `Select ${what} in the Explorer, or open it, and run the command again.`,
  );
}

function activeUri(): vscode.Uri | null {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const hasUri =
    input instanceof vscode.TabInputText ||
    input instanceof vscode.TabInputCustom ||
    input instanceof vscode.TabInputNotebook;
  return hasUri ? input.uri : null;
}
