import * as vscode from "vscode";
import type { Disk } from "../../documents/disk/disk";
import { nullWhenRefused } from "../../documents/disk/diskFailures";
import type { Documents } from "../../documents/documents";
import { Disposable } from "../dispose";
import type { OpenRequests } from "./plaintextRequests";
import { ShownTimes } from "./shownTimes";
import { documentsEditedIn } from "../tabs";
import { encryptedPath } from "../uris";

/**
 * Follows the saves of decrypted documents. It makes VS Code read a document again if the editor no
 * longer shows what the file holds.
 */
export class EditorSaves extends Disposable {
  /** The documents whose text the user gave up while saving it. */
  private readonly givenUp = new Set<string>();
  /** The documents whose base version was lost when the extension host restarted. */
  private readonly unknown = new Set<string>();
  private readonly times = new ShownTimes();

  constructor(
    private readonly documents: Documents,
    private readonly disk: Disk,
    private readonly requests: OpenRequests,
    private readonly refresh: (path: string) => void,
  ) {
    super();
    this.register(
      vscode.workspace.onDidChangeTextDocument(({ document: { uri, isDirty } }) => {
        if (!isDirty) void this.settle(uri);
      }),
    );
    this.register(
      vscode.workspace.onWillSaveTextDocument(({ document }) => {
        this.willSave(document.uri);
      }),
    );
    this.register(
      vscode.workspace.onWillSaveNotebookDocument(({ notebook }) => {
        this.willSave(notebook.uri);
      }),
    );
    this.register(
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        void this.readGivenUp(uri);
      }),
    );
    // Custom editors and large texts show in their tabs only.
    this.register(
      vscode.window.tabGroups.onDidChangeTabs(({ changed }) => {
        for (const tab of changed.filter(({ isDirty }) => !isDirty)) {
          for (const uri of documentsEditedIn(tab)) {
            void this.readGivenUp(uri);
            void this.settle(uri);
          }
        }
      }),
    );
  }

  /**
   * Makes VS Code read a document again after its save: it takes the text given up for the saved
   * one.
   */
  giveUp(path: string): void {
    this.givenUp.add(path);
  }

  /**
   * Notes unsaved text from an unknown version: afterwards VS Code is told the time of the file's
   * version.
   */
  noteUnknown(path: string): void {
    this.unknown.add(path);
  }

  /** Finds the time to report to VS Code for a version, in whole milliseconds. */
  timeOf(path: string, time: number): number {
    return this.times.of(path, time);
  }

  private willSave(uri: vscode.Uri): void {
    const path = encryptedPath(uri);
    // A diverted save does not reach the file.
    if (path !== null && this.requests.diversionOf(path) === null) this.documents.willSave(path);
  }

  private async readGivenUp(uri: vscode.Uri): Promise<void> {
    const path = encryptedPath(uri);
    if (path === null || !this.givenUp.delete(path)) return;
    // VS Code may already know this version: a draft was put over it.
    const facts = await this.disk.facts(path).catch(nullWhenRefused);
    if (facts !== null) this.times.renew(path, facts.mtime);
    this.refresh(path);
  }

  private async settle(uri: vscode.Uri): Promise<void> {
    const path = encryptedPath(uri);
    if (path === null) return;
    // VS Code must learn the time of the version that it read in place of such text.
    const isUntold = this.unknown.delete(path);
    if ((await this.documents.settled(path)) || isUntold) this.refresh(path);
  }
}
