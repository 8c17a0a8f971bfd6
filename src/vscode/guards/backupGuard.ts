import * as vscode from "vscode";
import {
  backupOutlook,
  isSafeToEdit,
  type BackupOutlook,
  type BackupTrial,
  type UserDataPlace,
} from "../../documents/drafts/backupOutlook";
import { backupText } from "../wording/backupText";
import { Disposable } from "../dispose";
import { unsavedPaths } from "../editorTexts";
import { ExemptEditors } from "../editor/exemptEditors";
import { quotedDocument } from "../wording/foreignText";
import type { Log } from "../log";
import { allTabs, documentsEditedIn, documentsShownBy } from "../tabs";
import { documentUri, encryptedPath } from "../uris";

const editedKey = "cage.editAnyway";
const toldKey = "cage.backupsTold";
const editAnyway = "Edit Anyway";
const doctor = "Doctor";
/** The context key with the read-only documents, for the palette. */
const readOnlyContext = "cage.readOnlyDocuments";

/**
 * Opens documents read-only if VS Code could back their unsaved text up in the clear, until the
 * user wants to edit one anyway.
 */
export class BackupGuard extends Disposable {
  /** The outcome of the trial at the start. */
  readonly outlook: Promise<BackupOutlook>;
  /** The documents that the user edits anyway. */
  private readonly allowed: ExemptEditors;
  /** The documents whose messages were shown, until they are closed. */
  private readonly told = new Map<string, vscode.Uri>();
  private readonly changes = this.register(new vscode.EventEmitter<string>());
  /** Fires with an encrypted file whose document may be edited now. */
  readonly onDidAllow = this.changes.event;
  private readonly publications = this.register(new vscode.EventEmitter<void>());
  /** Fires when other documents have become read-only. */
  readonly onDidPublish = this.publications.event;

  constructor(
    trial: BackupTrial,
    state: vscode.Memento,
    private readonly globalState: vscode.Memento,
    private readonly log: Log,
  ) {
    super();
    this.outlook = backupOutlook(trial);
    this.allowed = this.register(new ExemptEditors(state, editedKey, isShownIn));
    this.register(
      vscode.window.tabGroups.onDidChangeTabs(({ opened, closed }) => {
        for (const tab of closed) this.forget(tab);
        void this.tellOf(opened);
      }),
    );
    void this.outlook.then((outlook) => {
      this.log.info(`backups of VS Code: ${backupText(outlook)}`);
      return this.tellOf(allTabs());
    });
  }

  /** Tells whether the document of a file must not be edited yet. */
  async isReadOnly(path: string): Promise<boolean> {
    if (isSafeToEdit(await this.outlook)) return false;
    return !this.allowed.has(documentUri(path)) && !unsavedPaths().includes(path);
  }

  /** Tells whether a message has said that the document of a file must not be edited yet. */
  isToldOf(path: string): boolean {
    const uri = documentUri(path);
    return this.told.has(uri.toString()) && !this.allowed.has(uri);
  }

  /**
   * Lets the user edit the document of a file until it is closed.
   *
   * @returns false if it is not read-only, or is so for another reason.
   */
  async editAnyway(path: string): Promise<boolean> {
    if (!(await this.isReadOnly(path))) return false;
    this.allowed.add(documentUri(path));
    this.changes.fire(path);
    this.publish();
    return true;
  }

  private forget(tab: vscode.Tab): void {
    const isGone = (uri: vscode.Uri): boolean => !allTabs().some((one) => isShownIn(one, uri));
    const forgotten = documentsShownBy(tab).filter(
      (uri) => isGone(uri) && this.told.delete(uri.toString()),
    );
    if (forgotten.length > 0) this.publish();
  }

  /** Makes the palette offer Edit Anyway for the read-only documents only. */
  private publish(): void {
    const uris = [...this.told].flatMap(([text, uri]) => (this.allowed.has(uri) ? [] : [text]));
    this.publications.fire();
    void vscode.commands.executeCommand("setContext", readOnlyContext, uris);
  }

  private async tellOf(tabs: readonly vscode.Tab[]): Promise<void> {
    for (const uri of tabs.flatMap(documentsEditedIn)) {
      const path = encryptedPath(uri);
      if (path === null || !(await this.isReadOnly(path))) continue;
      // Another event may have come first.
      if (this.told.has(uri.toString())) continue;
      this.told.set(uri.toString(), uri);
      this.publish();
      void this.tell(path);
    }
  }

  /** Says why a document is read-only: in full only once. */
  private async tell(path: string): Promise<void> {
    const outlook = await this.outlook;
    const isKnown = this.globalState.get(toldKey) === outlook.kind;
    await this.globalState.update(toldKey, outlook.kind);
    const name = quotedDocument(path);
    const why = isKnown
      ? "VS Code could write unsaved text to a disk in the clear"
      : backupText(outlook);
    const answer = await vscode.window.showWarningMessage(
      `${name} is open read-only: ${why}. If you edit anyway, save soon after you type.`,
      editAnyway,
      doctor,
    );
    if (answer === editAnyway) await this.editAnyway(path);
    if (answer === doctor) await vscode.commands.executeCommand("cage.doctor");
  }
}

/** Finds where VS Code keeps the user's data: not every server keeps it in the browser. */
export function userDataPlace(): UserDataPlace {
  const { uiKind, appName, remoteName } = vscode.env;
  // Only code-server is known to keep it on its own disk; other products report the same host.
  if (uiKind === vscode.UIKind.Web) return appName === "code-server" ? "this machine" : "browser";
  return remoteName === undefined ? "this machine" : "another machine";
}

function isShownIn(tab: vscode.Tab, uri: vscode.Uri): boolean {
  return documentsShownBy(tab).some((shown) => shown.toString() === uri.toString());
}
