import { sep } from "node:path";
import * as vscode from "vscode";
import type { Documents } from "../documents/documents";
import { Disposable } from "./dispose";
import { documentUri, encryptedPath } from "./uris";

/** Lets decrypted tabs follow when their encrypted files, or folders above them, are renamed. */
export class Renames extends Disposable {
  constructor(private readonly documents: Documents) {
    super();
    this.register(
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) {
          if (oldUri.scheme === "file") void this.follow(oldUri.fsPath, newUri.fsPath);
        }
      }),
    );
  }

  private async follow(from: string, to: string): Promise<void> {
    for (const tab of vscode.window.tabGroups.all.flatMap((group) => group.tabs)) {
      const path = tab.input instanceof vscode.TabInputText ? encryptedPath(tab.input.uri) : null;
      if (path === null || (path !== from && !path.startsWith(from + sep))) continue;
      // Unsaved text stays where it is: saving asks whether to write the old file again.
      if (tab.isDirty) continue;
      const moved = to + path.slice(from.length);
      await this.documents.moved(path, moved);
      await vscode.commands.executeCommand("vscode.openWith", documentUri(moved), "default", {
        viewColumn: tab.group.viewColumn,
        preview: tab.isPreview,
        preserveFocus: !tab.isActive,
      });
      const left = tab.group.tabs.find(
        ({ input }) => input instanceof vscode.TabInputText && encryptedPath(input.uri) === path,
      );
      if (left !== undefined) await vscode.window.tabGroups.close(left, true);
    }
  }
}
