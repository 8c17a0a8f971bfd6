import * as vscode from "vscode";
import { encryptedSuffixes, setEncryptedNames } from "../../documents/disk/encryptedNames";
import { quoted } from "../wording/foreignText";
import { settings } from "./settings";

/**
 * Takes the names of encrypted files from `cage.files`, warns about globs that can't be used, and
 * passes the suffixes on to the menus.
 */
export function useEncryptedNames(): void {
  const [wrong, ...others] = setEncryptedNames(settings.files());
  void vscode.commands.executeCommand("setContext", "cage.suffixes", encryptedSuffixes());
  if (wrong === undefined) return;
  const more = others.length === 0 ? "" : ` The same goes for ${others.length} more.`;
  void vscode.window.showWarningMessage(
    `"${quoted(wrong)}" in cage.files is not used: a glob there names files by their suffix, such as *.asc, and has no folder.${more}`,
  );
}
