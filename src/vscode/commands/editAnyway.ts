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
      "Go to the read-only document, then run Edit Anyway again.",
    );
  } else if (!(await backups.editAnyway(path))) {
    const name = quoted(plainName(basename(path)));
    void vscode.window.showInformationMessage(
      `Edit Anyway is for documents that are read-only because of VS Code's backups, and ${name} is not one of them. Doctor says more about backups.`,
    );
  }
}
