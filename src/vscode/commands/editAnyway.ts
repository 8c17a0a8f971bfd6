import { basename } from "node:path";
import * as vscode from "vscode";
import { plainName } from "../../documents/disk/encryptedNames";
import { quoted } from "../wording/foreignText";
import type { CommandContext } from "./context";
import { targetOf } from "./target";

/** Makes a document editable that is read-only because VS Code could back its text up. */
export async function editAnywayCommand({ backups }: CommandContext, uri: unknown): Promise<void> {
  const path = targetOf(uri);
  if (path === null) {
    void vscode.window.showInformationMessage(
      "Show the document that is read-only, and run Edit Anyway again.",
    );
  } else if (!(await backups.editAnyway(path))) {
    const name = quoted(plainName(basename(path)));
    void vscode.window.showInformationMessage(
      `${name} is not read-only for fear of VS Code's backups; Doctor tells about them.`,
    );
  }
}
