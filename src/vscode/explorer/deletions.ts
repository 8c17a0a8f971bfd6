import * as vscode from "vscode";
import { isWithin } from "../../documents/disk/movedPath";
import { Disposable } from "../dispose";
import { closeTabs, documentsShownBy } from "../tabs";
import { encryptedPath } from "../uris";

/**
 * Closes decrypted tabs when their encrypted files, or folders above them, are deleted here. VS
 * Code does so for plain files. Unsaved text stays in its tab.
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
