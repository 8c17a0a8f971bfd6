import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import { encryptedSuffixes, isEncryptedName } from "../../documents/disk/encryptedNames";
import { quoted } from "../wording/foreignText";
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

/**
 * A path for which the settings of a file count, or those of the workspace where no file is at
 * hand.
 */
export function pathForSettings(path: string | null): string {
  return path ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "/";
}

/** The files that a command is about: in the Explorer several may be selected. */
export function targetsOf(uri: unknown, selected: unknown): readonly string[] {
  const uris = Array.isArray(selected) && selected.length > 0 ? selected : [uri];
  return uris.flatMap((one) => targetOf(one) ?? []);
}

/** The encrypted file that a command is about: {@link encryptedTargets} of one. */
export async function encryptedTarget(uri: unknown, title: string): Promise<string | null> {
  return (await encryptedTargets(uri, [], title))[0] ?? null;
}

/**
 * The encrypted files that a command is about: those that it was called on, else that of the active
 * tab, else one that the user chooses, since the Command Palette tells no selection.
 *
 * @param title - of the question for one, such as "Open Raw".
 * @returns what the command was called on, whatever it is called; none when dismissed.
 */
export async function encryptedTargets(
  uri: unknown,
  selected: unknown,
  title: string,
): Promise<readonly string[]> {
  const targets = [...new Set(targetsOf(uri, selected))];
  const isCalledOnSomething = uri instanceof vscode.Uri;
  if (isCalledOnSomething || targets.some((path) => isEncryptedName(path))) return targets;
  const chosen = await chooseEncryptedFile(title);
  return chosen === null ? [] : [chosen];
}

/** Lets the user choose among the encrypted files of the workspace, or any other one. */
async function chooseEncryptedFile(title: string): Promise<string | null> {
  const found = await vscode.workspace.findFiles(encryptedFiles(), undefined, mostFound);
  const paths = found.map(({ fsPath }) => fsPath).filter((path) => isEncryptedName(path));
  if (paths.length > 0) {
    const rows = paths.sort().map((path) => ({
      label: quoted(basename(path)),
      description: quoted(dirname(vscode.workspace.asRelativePath(path))).replace(/^\.$/, ""),
      path,
    }));
    const other = { label: "$(folder-opened) Another file…", description: "", path: null };
    const options = { title: `${title}: which file?`, matchOnDescription: true };
    const picked = await vscode.window.showQuickPick([...rows, other], options);
    if (picked?.path !== null) return picked?.path ?? null;
  }
  const [uri] = (await vscode.window.showOpenDialog({ title, openLabel: "Choose" })) ?? [];
  return uri?.fsPath ?? null;
}

/** A list of more files than these is cut; "Another file…" finds the rest. */
const mostFound = 5000;

/** The glob of encrypted files in any case, as `findFiles` takes it. */
function encryptedFiles(): string {
  const anyCase = (suffix: string): string =>
    suffix.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
  return `**/*{${encryptedSuffixes().map(anyCase).join(",")}}`;
}

function activeUri(): vscode.Uri | null {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const hasUri =
    input instanceof vscode.TabInputText ||
    input instanceof vscode.TabInputCustom ||
    input instanceof vscode.TabInputNotebook;
  return hasUri ? input.uri : null;
}
