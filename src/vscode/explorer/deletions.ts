import * as vscode from "vscode";
import { isWithin } from "../../documents/disk/movedPath";
import { Disposable } from "../dispose";
import { closeTabs, documentsShownBy } from "../tabs";
import { encryptedPath } from "../uris";

/**
 * Closes decrypted tabs when the user deletes their encrypted files, or folders above them, in VS
 * Code. VS Code does the same for plain files. Unsaved text stays in its tab.
 */
export class Deletions extends Disposable {
  constructor() {
    super();
    this.register(
      vscode.workspace.onDidDeleteFiles(({ files }) => {
        const deleted = files.filter(({ scheme }) => scheme === "file").map((uri) => uri.fsPath);
        const isDeleted = (uri: vscode.Uri): boolean => {
          const path = encryptedPath(uri);
          return path !== null && deleted.some((one) => isWithin(path, one));
        };
        void closeTabs((tab) => !tab.isDirty && documentsShownBy(tab).some(isDeleted));
      }),
    );
  }
}
