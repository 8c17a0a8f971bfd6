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

/** How many versions of a text are remembered: a save is never further behind the typing. */
const mostDrafts = 50;

/**
 * Keeps encrypted files from being edited as text, in editors and in diffs: each edit is taken back at
 * once, and a save that came first is undone.
 */
export class CiphertextGuard extends Disposable {
  /** The encrypted file as others wrote it, by its document's URI; null if it is no age file. */
  private readonly versions = new Map<string, Promise<Uint8Array | null>>();
  /** Documents that the user edits anyway, by URI. A restored window has the same ones. */
  private readonly allowed: Set<string>;
  private readonly reverting = new Map<string, Promise<void>>();
  /** The texts that VS Code may have written over a file since then, by URI. */
  private readonly drafts = new Map<string, readonly string[]>();
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
      workspace.onDidCloseTextDocument(({ uri }) => {
        this.versions.delete(uri.toString());
        this.drafts.delete(uri.toString());
      }),
    );
    this.register(
      workspace.onWillSaveTextDocument((event) => {
        if (this.isGuarded(event.document)) event.waitUntil(this.beforeSave(event.document));
      }),
    );
    this.register(workspace.onDidSaveTextDocument((document) => void this.check(document)));
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
    if (document.isDirty) {
      this.addDraft(document);
      await this.takeBack(document);
    } else await this.check(document);
  }

  private addDraft(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    const drafts = this.drafts.get(key) ?? [];
    this.drafts.set(key, [...drafts.slice(-mostDrafts), document.getText()]);
  }

  private isGuarded({ uri, isClosed }: vscode.TextDocument): boolean {
    if (isClosed || uri.scheme !== "file" || !isEncryptedName(uri.fsPath)) return false;
    return !this.allowed.has(uri.toString());
  }

  /** The encrypted file as it was last seen, or null. */
  private version(document: vscode.TextDocument): Promise<Uint8Array | null> {
    return this.versions.get(document.uri.toString()) ?? this.checkFile(document);
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    if (this.isGuarded(document)) await this.checkFile(document);
  }

  /** Looks at the disk: learns another program's version, and puts back what a save destroyed. */
  private checkFile({ uri, encoding }: vscode.TextDocument): Promise<Uint8Array | null> {
    const key = uri.toString();
    const last = this.versions.get(key) ?? Promise.resolve(null);
    const next = last.then(async (version) => {
      const found = await this.read(uri);
      if (version !== null && found !== null && !isSame(version, found)) {
        if (await this.isDraft(found, uri, encoding)) {
          // In place, as VS Code wrote: the file keeps its rights and links.
          await vscode.workspace.fs.writeFile(uri, version);
          this.log.info(`save of text ${uri.fsPath}: undone, the encrypted file is back`);
          void this.tell(uri);
          return version;
        }
        this.drafts.delete(key);
      }
      return found !== null && beginsAgeFile(found) ? found : null;
    });
    this.versions.set(key, next);
    return next;
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
      if ((await this.version(document)) === null) return;
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

  /** Has a save write the text of the encrypted file: VS Code reverts nothing until it is done. */
  private async beforeSave(document: vscode.TextDocument): Promise<vscode.TextEdit[]> {
    this.addDraft(document);
    const { uri, encoding, lineCount } = document;
    const version = await this.version(document);
    if (version === null) return [];
    const text = await vscode.workspace.decode(version, { encoding });
    if (document.getText() === text) return [];
    void this.tell(uri);
    const end = document.lineAt(lineCount - 1).range.end;
    return [vscode.TextEdit.replace(new vscode.Range(new vscode.Position(0, 0), end), text)];
  }

  /** Tells a version that VS Code made from its text from one of another program, which stays. */
  private async isDraft(found: Uint8Array, uri: vscode.Uri, encoding: string): Promise<boolean> {
    for (const draft of this.drafts.get(uri.toString()) ?? []) {
      if (isSame(await vscode.workspace.encode(draft, { encoding }), found)) return true;
    }
    return false;
  }

  private async tell(uri: vscode.Uri): Promise<void> {
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

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

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
