import { basename } from "node:path";
import * as vscode from "vscode";
import type { Documents } from "../documents/documents";
import type { Keyring } from "../keys/keyring";
import type { Comparison } from "./comparison";
import { Disposable } from "./dispose";
import type { CageFileSystem } from "./fileSystemProvider";
import type { OpenRequests } from "./openRequests";
import { unsavedDocuments } from "./editorTexts";
import { encryptedPath } from "./uris";
import { quoted } from "./foreignText";

/**
 * Locking: the keys are wiped, decrypted tabs are closed, and documents that VS Code still holds read
 * as empty. Unsaved text is never thrown away without a question.
 */
export class Lock extends Disposable {
  /** The last sweep, which may be under way. */
  private sweeping: Promise<void> = Promise.resolve();
  /** Whether documents with unsaved text are to be closed as soon as they are saved. */
  private isPending = false;

  constructor(
    private readonly documents: Documents,
    private readonly keyring: Keyring,
    private readonly requests: OpenRequests,
    private readonly files: CageFileSystem,
    private readonly comparison: Comparison,
  ) {
    super();
    this.register({
      dispose: keyring.onChange((state) => {
        if (state === "locked") this.sweeping = this.sweep();
      }),
    });
    this.register(
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        // Saving may have asked for the key again, so it is wiped again.
        if (this.isPending && encryptedPath(uri) !== null) this.keyring.lock();
      }),
    );
    this.register(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        const path = encryptedPath(uri);
        if (path !== null) this.requests.unblank(path);
      }),
    );
    // A blank document can come to the front without being read again: that is a click, too.
    this.register(
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        const path = editor === undefined ? null : encryptedPath(editor.document.uri);
        if (path === null || !this.requests.isBlanked(path)) return;
        void vscode.commands.executeCommand("cage.openDecrypted", vscode.Uri.file(path));
      }),
    );
    this.register(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        // A reload in the background is no sign of a user.
        if (document.isDirty && encryptedPath(document.uri) !== null) this.keyring.touch();
      }),
    );
  }

  /** Locks on the user's wish; asks first what becomes of unsaved text. */
  async lockNow(): Promise<void> {
    const unsaved = unsavedDocuments();
    if (unsaved.length > 0 && !(await this.settle(unsaved))) return;
    this.keyring.lock();
    await this.sweeping;
    void vscode.window.setStatusBarMessage("Cage is locked.", 3000);
  }

  private async settle(unsaved: readonly vscode.TextDocument[]): Promise<boolean> {
    const names = unsaved.map(({ uri }) => quoted(basename(uri.path))).join(", ");
    const answer = await vscode.window.showWarningMessage(
      `Save before locking? Unsaved: ${names}.`,
      { modal: true, detail: "Locking closes every decrypted document." },
      "Save and Lock",
      "Discard and Lock",
    );
    if (answer === undefined) return false;
    for (const document of unsaved) {
      if (answer === "Save and Lock" && !(await document.save())) return false;
      if (answer === "Discard and Lock" && !(await discard(document))) return false;
    }
    return true;
  }

  /** Closes what is decrypted; documents with unsaved text stay until they are saved. */
  private async sweep(): Promise<void> {
    const unsaved = unsavedDocuments();
    this.isPending = unsaved.length > 0;
    const kept = unsaved.map(({ uri }) => uri.toString());
    this.documents.lock(unsaved.flatMap(({ uri }) => encryptedPath(uri) ?? []));
    this.requests.dropPlaintexts();
    this.comparison.close();
    const tabs = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter((tab) => {
        const shown = decryptedUris(tab);
        return (
          !tab.isDirty && shown.length > 0 && !shown.some((uri) => kept.includes(uri.toString()))
        );
      });
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
    // Another extension may hold a document whose tab is closed, and so does VS Code for a while.
    for (const { uri, isClosed } of vscode.workspace.textDocuments) {
      const path = encryptedPath(uri);
      if (path === null || isClosed || kept.includes(uri.toString())) continue;
      this.requests.blank(path);
      this.files.refresh(path);
    }
    if (unsaved.length === 0) return;
    const names = unsaved.map(({ uri }) => quoted(basename(uri.path))).join(", ");
    void vscode.window
      .showWarningMessage(
        `Cage is locked, but ${names} has unsaved text and stays open until it is saved.`,
        "Save and Close",
      )
      .then(async (answer) => {
        if (answer === undefined) return;
        for (const document of unsaved) await document.save();
      });
  }
}

/** Gives up the unsaved text of a document; false if another editor came to the front meanwhile. */
async function discard(document: vscode.TextDocument): Promise<boolean> {
  await vscode.commands.executeCommand("vscode.openWith", document.uri, "default");
  // The command that follows reverts whatever is active: never another text than the one agreed on.
  if (vscode.window.activeTextEditor?.document !== document) return false;
  await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  return true;
}

/** The decrypted documents that a tab shows. */
function decryptedUris({ input }: vscode.Tab): readonly vscode.Uri[] {
  if (input instanceof vscode.TabInputTextDiff || input instanceof vscode.TabInputNotebookDiff) {
    return [input.original, input.modified].filter((uri) => encryptedPath(uri) !== null);
  }
  const hasUri =
    input instanceof vscode.TabInputText ||
    input instanceof vscode.TabInputCustom ||
    input instanceof vscode.TabInputNotebook;
  return hasUri && encryptedPath(input.uri) !== null ? [input.uri] : [];
}
