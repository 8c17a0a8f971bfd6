import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import { encryptedSuffixes, isEncryptedName } from "../../documents/disk/encryptedNames";
import { quoted } from "../wording/foreignText";
import { encryptedPath } from "../uris";

/**
 * Finds the file that a command works on: the one it was called on, else that of the active tab.
 */
export function targetOf(uri: unknown): string | null {
  const chosen = uri instanceof vscode.Uri ? uri : activeUri();
  if (chosen === null) return null;
  return chosen.scheme === "file" ? chosen.fsPath : encryptedPath(chosen);
}

/** Finds the same file; null also for the root, which a failure without a file names. */
export function fileOf(uri: unknown): string | null {
  const path = targetOf(uri);
  return path === null || basename(path) === "" ? null : path;
}

/** Finds the path whose settings count: that of the file, else that of the workspace. */
export function pathForSettings(path: string | null): string {
  return path ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "/";
}

/** Finds the files that a command works on: several may be selected in the Explorer. */
export function targetsOf(uri: unknown, selected: unknown): readonly string[] {
  const uris = Array.isArray(selected) && selected.length > 0 ? selected : [uri];
  return uris.flatMap((one) => targetOf(one) ?? []);
}

/** Tells whether VS Code called a command on something, such as a file in the Explorer. */
export function isCalledOnSomething(uri: unknown): boolean {
  return uri instanceof vscode.Uri;
}

/** Finds the encrypted file that a command works on: {@link encryptedTargets} for one. */
export async function encryptedTarget(uri: unknown, title: string): Promise<string | null> {
  return (await encryptedTargets(uri, [], title))[0] ?? null;
}

/**
 * Finds the encrypted files that a command works on: those it was called on, else that of the
 * active tab, else one that the user chooses, since the Command Palette does not pass a selection
 * on.
 *
 * @param title - the title of that choice, such as "Open Raw".
 * @returns the files it was called on, whatever their names are; none if dismissed.
 */
export async function encryptedTargets(
  uri: unknown,
  selected: unknown,
  title: string,
): Promise<readonly string[]> {
  const targets = [...new Set(targetsOf(uri, selected))];
  if (isCalledOnSomething(uri) || targets.some((path) => isEncryptedName(path))) return targets;
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

/** The most files in the list; "Another file…" finds the rest. */
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
