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
 * Follows the saves of decrypted documents, and has VS Code read again what an editor no longer
 * shows as the file has it.
 */
export class EditorSaves extends Disposable {
  /** Documents whose text the user gave up while saving it. */
  private readonly givenUp = new Set<string>();
  /** Documents whose base version was lost when the extension host restarted. */
  private readonly unknown = new Set<string>();
  private readonly times = new ShownTimes();

  constructor(
    private readonly documents: Documents,
    private readonly disk: Disk,
    private readonly requests: OpenRequests,
    private readonly refresh: (path: string) => void,
  ) {
    super();
    const workspace = vscode.workspace;
    const window = vscode.window;
    this.register(
      workspace.onDidChangeTextDocument(({ document: { uri, isDirty } }) => {
        if (!isDirty) void this.settle(uri);
      }),
    );
    this.register(
      workspace.onWillSaveTextDocument(({ document }) => {
        this.willSave(document.uri);
      }),
    );
    this.register(
      workspace.onWillSaveNotebookDocument(({ notebook }) => {
        this.willSave(notebook.uri);
      }),
    );
    this.register(
      workspace.onDidSaveTextDocument(({ uri }) => {
        void this.readGivenUp(uri);
      }),
    );
    // Of custom editors and large texts only the tabs tell.
    this.register(
      window.tabGroups.onDidChangeTabs(({ changed }) => {
        for (const tab of changed.filter(({ isDirty }) => !isDirty)) {
          for (const uri of documentsEditedIn(tab)) {
            void this.readGivenUp(uri);
            void this.settle(uri);
          }
        }
      }),
    );
  }

  /** Has a document read again after its save: VS Code takes the text given up for saved. */
  giveUp(path: string): void {
    this.givenUp.add(path);
  }

  /** Notes unsaved text whose version is not known: VS Code is told that of the file afterwards. */
  noteUnknown(path: string): void {
    this.unknown.add(path);
  }

  /** The time to tell VS Code of a version, in whole milliseconds. */
  timeOf(path: string, time: number): number {
    return this.times.of(path, time);
  }

  private willSave(uri: vscode.Uri): void {
    const path = encryptedPath(uri);
    // A save that is diverted does not reach the file.
    if (path !== null && this.requests.diversionOf(path) === null) this.documents.willSave(path);
  }

  private async readGivenUp(uri: vscode.Uri): Promise<void> {
    const path = encryptedPath(uri);
    if (path === null || !this.givenUp.delete(path)) return;
    // VS Code may know this very version: a draft was put over it.
    const facts = await this.disk.facts(path).catch(nullWhenRefused);
    if (facts !== null) this.times.renew(path, facts.mtime);
    this.refresh(path);
  }

  private async settle(uri: vscode.Uri): Promise<void> {
    const path = encryptedPath(uri);
    if (path === null) return;
    // VS Code has to hear the time of what it read in place of such text.
    const isUntold = this.unknown.delete(path);
    if ((await this.documents.settled(path)) || isUntold) this.refresh(path);
  }
}
