import * as vscode from "vscode";
import { isCalledOnSomething, targetsOf } from "./target";

/** The kind of things that a command works on. */
export type SourceKind = "files" | "folders";

/**
 * Finds the files or folders that a command works on: those selected in the Explorer, else (files
 * only) the file of the active tab, else those that the user chooses in a dialog.
 *
 * @param uri - as VS Code passes it to a command, and so is `selected`.
 * @param verb - the button of the dialog.
 * @returns their paths; none if dismissed.
 */
export async function sourcesOf(
  kind: SourceKind,
  verb: "Encrypt" | "Decrypt",
  uri: unknown,
  selected: unknown,
): Promise<readonly string[]> {
  const sources = kind === "files" || isCalledOnSomething(uri) ? targetsOf(uri, selected) : [];
  if (sources.length > 0) return sources;
  const chosen = await vscode.window.showOpenDialog({
    title: kind === "files" ? `${verb} Files` : `${verb} All Files in a Folder`,
    openLabel: verb,
    canSelectFiles: kind === "files",
    canSelectFolders: kind === "folders",
    canSelectMany: true,
  });
  return (chosen ?? []).map(({ fsPath }) => fsPath);
}
