import { basename } from "node:path";
import * as vscode from "vscode";
import { AgeError } from "../age/errors";
import { beginsAgeFile } from "../documents/ciphertext";
import type { Disk } from "../documents/disk";
import { isEncryptedName } from "../documents/names";
import { Disposable } from "./dispose";
import { quoted } from "./foreignText";
import type { Log } from "./log";
import { allTabs, closeQuietly, isEditorOf, isTextOf } from "./tabs";

const stateKey = "cage.editedAnyway";

/** How often an edit is taken back while somebody goes on typing. */
const mostReverts = 50;

/**
 * Keeps encrypted files from being edited as text, in editors and in diffs: each edit is taken back at
 * once, and a save that came first is undone.
 */
export class CiphertextGuard extends Disposable {
  /** The bytes on the disk when a document was opened or last reloaded, by URI; null if not age. */
  private readonly versions = new Map<string, Promise<Uint8Array | null>>();
  /** Documents that the user edits anyway, by URI. A restored window has the same ones. */
  private readonly allowed: Set<string>;
  private readonly reverting = new Map<string, Promise<void>>();
  private readonly told = new Set<string>();

  constructor(
    private readonly disk: Disk,
    private readonly state: vscode.Memento,
    private readonly log: Log,
  ) {
    super();
    this.allowed = new Set(state.get<readonly string[]>(stateKey, []));
    const { workspace } = vscode;
    this.register(workspace.onDidOpenTextDocument((document) => void this.see(document)));
    this.register(workspace.onDidChangeTextDocument(({ document }) => void this.see(document)));
    this.register(
      workspace.onDidCloseTextDocument(({ uri }) => this.versions.delete(uri.toString())),
    );
    this.register(
      workspace.onWillSaveTextDocument((event) => {
        if (this.isGuarded(event.document)) event.waitUntil(this.beforeSave(event.document));
      }),
    );
    this.register(workspace.onDidSaveTextDocument((document) => void this.afterSave(document)));
    this.register(
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        if (closed.length > 0) this.forgetClosed();
      }),
    );
    for (const document of workspace.textDocuments) void this.see(document);
  }

  /** Learns what a clean document holds; takes the edit of another one back. */
  private async see(document: vscode.TextDocument): Promise<void> {
    if (!this.isGuarded(document)) return;
    if (document.isDirty) await this.takeBack(document);
    else if (!this.reverting.has(document.uri.toString())) await this.learn(document.uri);
  }

  private isGuarded({ uri, isClosed }: vscode.TextDocument): boolean {
    if (isClosed || uri.scheme !== "file" || !isEncryptedName(uri.fsPath)) return false;
    return !this.allowed.has(uri.toString());
  }

  /** Reads what lies on the disk. @returns null if that is no age file. */
  private learn(uri: vscode.Uri): Promise<Uint8Array | null> {
    const version = this.read(uri).then((bytes) =>
      bytes !== null && beginsAgeFile(bytes) ? bytes : null,
    );
    this.versions.set(uri.toString(), version);
    return version;
  }

  private async read({ fsPath }: vscode.Uri): Promise<Uint8Array | null> {
    try {
      return await this.disk.read(fsPath);
    } catch (error) {
      if (error instanceof AgeError) return null;
      throw error;
    }
  }

  /** Takes edits back until the document is clean; once at a time for each. */
  private takeBack(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    const running = this.reverting.get(key) ?? this.revert(document);
    this.reverting.set(key, running);
    return running;
  }

  private async revert(document: vscode.TextDocument): Promise<void> {
    const { uri } = document;
    try {
      const version = await (this.versions.get(uri.toString()) ?? this.learn(uri));
      if (version === null) return;
      for (let reverts = 0; document.isDirty && reverts < mostReverts; reverts++) {
        await revertDocument(document);
      }
      void this.tell(document);
    } catch (error) {
      this.log.failure("take back an edit of", uri.fsPath, error);
    } finally {
      this.reverting.delete(uri.toString());
    }
  }

  /** Holds a save until the edit before it is taken back. */
  private async beforeSave(document: vscode.TextDocument): Promise<void> {
    if (document.isDirty) await this.takeBack(document);
    else await (this.versions.get(document.uri.toString()) ?? this.learn(document.uri));
  }

  /** Puts the encrypted file back if VS Code wrote something else from its text. */
  private async afterSave(document: vscode.TextDocument): Promise<void> {
    if (!this.isGuarded(document)) return;
    const { uri } = document;
    const version = await (this.versions.get(uri.toString()) ?? null);
    const written = await this.read(uri);
    if (version === null || written === null || Buffer.compare(version, written) === 0) {
      await this.learn(uri);
      return;
    }
    const { encoding } = document;
    const own = await vscode.workspace.encode(document.getText(), { encoding });
    // Another program's version is nothing of ours to undo.
    if (Buffer.compare(own, written) !== 0) {
      await this.learn(uri);
      return;
    }
    // In place, as VS Code wrote: the file keeps its rights and links.
    await vscode.workspace.fs.writeFile(uri, version);
    this.log.info(`save of text ${uri.fsPath}: undone, the encrypted file is back`);
    void this.tell(document);
  }

  private async tell({ uri }: vscode.TextDocument): Promise<void> {
    const key = uri.toString();
    if (this.told.has(key)) return;
    this.told.add(key);
    const answer = await vscode.window.showWarningMessage(
      `${quoted(basename(uri.path))} is the encrypted file: an edit here would destroy it, so it was taken back. Edit the decrypted document instead.`,
      openDecrypted,
      editAnyway,
    );
    this.told.delete(key);
    if (answer === editAnyway) {
      this.allowed.add(key);
      this.remember();
    } else if (answer === openDecrypted) {
      await vscode.commands.executeCommand("cage.openDecrypted", uri);
      for (const tab of allTabs()) {
        if (isTextOf(tab, uri) && !tab.isDirty && !tab.isActive) await closeQuietly(tab);
      }
    }
  }

  private forgetClosed(): void {
    const before = this.allowed.size;
    for (const text of this.allowed) {
      const uri = vscode.Uri.parse(text, true);
      if (!allTabs().some((tab) => isEditorOf(tab, uri))) this.allowed.delete(text);
    }
    if (this.allowed.size !== before) this.remember();
  }

  private remember(): void {
    void this.state.update(stateKey, [...this.allowed]);
  }
}

const openDecrypted = "Open Decrypted";
const editAnyway = "Edit Anyway";

/** Reverts a document, and no other: VS Code's command reverts whatever is in front. */
async function revertDocument({ uri }: vscode.TextDocument): Promise<void> {
  const isInFront = (): boolean =>
    isEditorOf(vscode.window.tabGroups.activeTabGroup.activeTab, uri);
  const tabs = vscode.window.tabGroups.activeTabGroup.tabs;
  const opens = !tabs.some((tab) => isEditorOf(tab, uri));
  if (!isInFront()) await vscode.commands.executeCommand("vscode.openWith", uri, "default");
  if (!isInFront()) return;
  await vscode.commands.executeCommand("workbench.action.files.revert");
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
  if (opens && tab !== undefined && isTextOf(tab, uri)) await closeQuietly(tab);
}
