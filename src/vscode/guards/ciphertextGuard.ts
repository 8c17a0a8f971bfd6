import { basename } from "node:path";
import * as vscode from "vscode";
import { ShownCiphertext, type Look } from "../../documents/memory/shownCiphertext";
import type { Disk } from "../../documents/disk/disk";
import { isEncryptedName } from "../../documents/disk/encryptedNames";
import type { WritePrompts } from "../../documents/disk/writePrompts";
import { putBackVersion } from "../../documents/versions/putBackVersion";
import { Disposable } from "../dispose";
import { wholeRange } from "../editorTexts";
import { ExemptEditors } from "../editor/exemptEditors";
import { quoted } from "../wording/foreignText";
import type { Log } from "../log";
import { allTabs, closeQuietly, isEditorOf, isTextTabOf, revertInFront } from "../tabs";

const stateKey = "cage.editedAnyway";

/** The most reverts in a row while the user keeps typing. */
const mostReverts = 50;

/** The milliseconds without an edit that end a series of edits. */
const quietMilliseconds = 2_000;

const openDecrypted = "Open Decrypted";
const editAnyway = "Edit Anyway";

/**
 * Keeps encrypted files from being edited as text, in editors and in diffs. It takes each edit back
 * at once, and undoes a save that came first.
 */
export class CiphertextGuard extends Disposable {
  private readonly versions: ShownCiphertext;
  /** The documents that the user edits anyway. */
  private readonly allowed: ExemptEditors;
  private readonly reverting = new Map<string, Promise<void>>();
  /** The last edit of each document, by URI, that the message on the screen is about. */
  private readonly told = new Map<string, { edited: number }>();

  constructor(
    disk: Disk,
    state: vscode.Memento,
    private readonly log: Log,
    prompts: WritePrompts,
  ) {
    super();
    this.allowed = this.register(new ExemptEditors(state, stateKey));
    this.versions = new ShownCiphertext(disk, {
      encode: async ({ text, encoding }) => vscode.workspace.encode(text, { encoding }),
      putBack: (path, version, found) => putBackVersion(path, version, found, disk, prompts),
    });
    this.register(vscode.workspace.onDidOpenTextDocument((document) => void this.see(document)));
    this.register(
      vscode.workspace.onDidChangeTextDocument(({ document }) => void this.see(document)),
    );
    this.register(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => void this.versions.close(uri.fsPath)),
    );
    this.register(
      vscode.workspace.onWillSaveTextDocument((event) => {
        if (this.isGuarded(event.document)) event.waitUntil(this.beforeSave(event.document));
      }),
    );
    this.register(vscode.workspace.onDidSaveTextDocument((document) => void this.see(document)));
    for (const document of vscode.workspace.textDocuments) void this.see(document);
  }

  private isGuarded({ uri, isClosed }: vscode.TextDocument): boolean {
    if (isClosed || uri.scheme !== "file" || !isEncryptedName(uri.fsPath)) return false;
    return !this.allowed.has(uri);
  }

  /** Notes the content of a clean document; takes back an edit of another one. */
  private async see(document: vscode.TextDocument): Promise<void> {
    if (!this.isGuarded(document)) return;
    if (document.isDirty) await this.takeBack(document);
    else await this.look(document.uri);
  }

  private async look(uri: vscode.Uri): Promise<Look["version"]> {
    try {
      const { version, isPutBack } = await this.versions.look(uri.fsPath);
      if (isPutBack) {
        this.log.info(`save of the text of ${uri.fsPath}: undone, the encrypted file is back`);
        void this.tell(uri);
        // Otherwise VS Code takes the file for a newer one, and refuses the next save.
        void revertInFront((tab) => isEditorOf(tab, uri));
      }
      return version;
    } catch (error) {
      this.log.failure("undo the save of the text of", uri.fsPath, error);
      void this.tellLost(uri);
      return null;
    }
  }

  /** Takes edits back until the document is clean, in one run at a time for each document. */
  private takeBack(document: vscode.TextDocument): Promise<void> {
    this.addEdit(document);
    const key = document.uri.toString();
    const running = this.reverting.get(key) ?? this.revert(document);
    this.reverting.set(key, running);
    return running;
  }

  private addEdit(document: vscode.TextDocument): void {
    const { uri, encoding } = document;
    this.versions.addEdit(uri.fsPath, { text: document.getText(), encoding });
  }

  private async revert(document: vscode.TextDocument): Promise<void> {
    const { uri } = document;
    try {
      if ((await this.look(uri)) === null) return;
      for (let reverts = 0; document.isDirty && reverts < mostReverts; reverts++) {
        await revertDocument(document);
      }
      void this.tell(uri);
    } catch (error) {
      this.log.failure("take back an edit of", uri.fsPath, error);
    } finally {
      this.reverting.delete(uri.toString());
    }
  }

  /**
   * Makes a save write the encrypted file's text: VS Code reverts nothing until the save is done.
   */
  private async beforeSave(document: vscode.TextDocument): Promise<vscode.TextEdit[]> {
    this.addEdit(document);
    const { uri, encoding } = document;
    const version = await this.look(uri);
    if (version === null) return [];
    const text = await vscode.workspace.decode(version, { encoding });
    if (document.getText() === text) return [];
    void this.tell(uri);
    return [vscode.TextEdit.replace(wholeRange(document), text)];
  }

  /** Warns once for a series of edits: VS Code hides a message by itself, without an event. */
  private async tell(uri: vscode.Uri): Promise<void> {
    const key = uri.toString();
    const edited = performance.now();
    const last = this.told.get(key);
    if (last !== undefined && edited - last.edited < quietMilliseconds) {
      last.edited = edited;
      return;
    }
    const series = { edited };
    this.told.set(key, series);
    const answer = await vscode.window.showWarningMessage(
      `${quoted(basename(uri.path))} is the encrypted file: an edit here would destroy it, so it was taken back. Edit the decrypted document instead.`,
      openDecrypted,
      editAnyway,
    );
    // The next message replaces one that is still there, and so answers it.
    if (this.told.get(key) === series) this.told.delete(key);
    if (answer === editAnyway) {
      this.allowed.add(uri);
      // Edits made before must not be undone any more.
      this.versions.forget(uri.fsPath);
    } else if (answer === openDecrypted) {
      await vscode.commands.executeCommand("cage.openDecrypted", uri);
      for (const tab of allTabs()) {
        if (isTextTabOf(tab, uri) && !tab.isDirty && !tab.isActive) await closeQuietly(tab);
      }
    }
  }

  private async tellLost(uri: vscode.Uri): Promise<void> {
    const answer = await vscode.window.showErrorMessage(
      `The text of ${quoted(basename(uri.path))} was saved over the encrypted file, which could not be put back. Cage holds it in memory: leave this window open, check the disk and its permissions, and try again.`,
      "Try Again",
    );
    if (answer !== undefined) await this.look(uri);
  }
}

/** Reverts one document. It closes the tab that it may have to open for that. */
async function revertDocument({ uri }: vscode.TextDocument): Promise<void> {
  const { tabs, activeTab } = vscode.window.tabGroups.activeTabGroup;
  const isOf = (tab: vscode.Tab | undefined): boolean => isEditorOf(tab, uri);
  const opens = !tabs.some(isOf);
  if (!isOf(activeTab)) await vscode.commands.executeCommand("vscode.openWith", uri, "default");
  if (!(await revertInFront(isOf))) return;
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
  if (opens && tab !== undefined && isTextTabOf(tab, uri)) await closeQuietly(tab);
}
