import * as vscode from "vscode";
import type { Documents } from "../documents/documents";
import { movedPath } from "../documents/movedPath";
import { Disposable } from "./dispose";
import { saveEditors, unsavedPaths } from "./editorTexts";
import { documentUri, encryptedPath } from "./uris";

/** Lets decrypted tabs follow when their encrypted files, or folders above them, are renamed. */
export class Renames extends Disposable {
  constructor(private readonly documents: Documents) {
    super();
    // Unsaved text goes into the file before that gets its new name, so that the tab can follow.
    this.register(
      vscode.workspace.onWillRenameFiles((event) => {
        const renamed = event.files.map(({ oldUri }) => oldUri.fsPath);
        const unsaved = unsavedPaths();
        event.waitUntil(
          saveEditors(
            unsaved.filter((path) => renamed.some((old) => movedPath(path, old, old) !== null)),
          ),
        );
      }),
    );
    this.register(
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) {
          if (oldUri.scheme === "file") void this.follow(oldUri.fsPath, newUri.fsPath);
        }
      }),
    );
  }

  private async follow(from: string, to: string): Promise<void> {
    const unsaved = unsavedPaths();
    // What is known goes along first and once, whether tabs show the files or not.
    await this.documents.moved(from, to, unsaved);
    for (const tab of vscode.window.tabGroups.all.flatMap((group) => group.tabs)) {
      const shown = shownBy(tab);
      const moved = shown === null ? null : movedPath(shown.path, from, to);
      // Unsaved text stays at the old path with its base: saving it asks whether to write that file
      // again, and the renamed one is left alone.
      if (shown === null || moved === null || unsaved.includes(shown.path)) continue;
      await vscode.commands.executeCommand("vscode.openWith", documentUri(moved), shown.viewType, {
        viewColumn: tab.group.viewColumn,
        preview: tab.isPreview,
        preserveFocus: !tab.isActive,
      });
      const left = tab.group.tabs.find((other) => shownBy(other)?.path === shown.path);
      if (left !== undefined) await vscode.window.tabGroups.close(left, true);
    }
  }
}

/** The encrypted file whose document a tab shows, as text or as an image, and in which editor. */
function shownBy({ input }: vscode.Tab): { path: string; viewType: string } | null {
  const isCustom = input instanceof vscode.TabInputCustom;
  if (!isCustom && !(input instanceof vscode.TabInputText)) return null;
  const path = encryptedPath(input.uri);
  return path === null ? null : { path, viewType: isCustom ? input.viewType : "default" };
}
