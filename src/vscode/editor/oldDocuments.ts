import * as vscode from "vscode";
import { Disposable } from "../dispose";
import { wholeRange } from "../editorTexts";
import { quotedDocument } from "../wording/foreignText";
import type { Log } from "../log";
import { allTabs, closeQuietly } from "../tabs";
import { documentUri, oldScheme, pathOfOldDocument } from "../uris";

/** The functions that this module needs of Cage's documents. */
interface Opening {
  /** Opens the document of a file, and asks for its key if need be. */
  readonly open: (path: string, column: vscode.ViewColumn) => Promise<void>;
  /** Finds the version that this window's text of a file was made from; null if it is not known. */
  readonly baseOf: (path: string) => string | null;
}

/**
 * Moves tabs of an earlier version's scheme to the present one, with the unsaved text that VS Code
 * restored into them from a backup.
 */
export class OldDocuments extends Disposable {
  private readonly nothing = new NoFiles();
  private moving: Promise<void> = Promise.resolve();
  /** The files whose old tabs could not be brought over; they wait for the user. */
  private readonly left = new Set<string>();

  constructor(
    private readonly opening: Opening,
    private readonly log: Log,
  ) {
    super();
    this.register(vscode.workspace.registerFileSystemProvider(oldScheme, this.nothing));
    this.register(vscode.window.tabGroups.onDidChangeTabs(() => void this.bringOver()));
  }

  /** Brings over the present tabs, one after another. */
  bringOver(): Promise<void> {
    const next = this.moving.then(() => this.moveAll());
    this.moving = next.catch(() => undefined);
    return next;
  }

  private async moveAll(): Promise<void> {
    const active = vscode.window.tabGroups.activeTabGroup.activeTab;
    const wasActive = active === undefined ? null : oldPath(active);
    let column: vscode.ViewColumn | null = null;
    for (;;) {
      const tab = allTabs().find((one) => {
        const path = oldPath(one);
        return path !== null && !this.left.has(path);
      });
      if (tab === undefined) break;
      const path = oldPath(tab) ?? "";
      if (path === wasActive) column = tab.group.viewColumn;
      try {
        await this.move(tab, path);
      } catch (error) {
        this.left.add(path);
        this.log.failure("bring over the tab of", path, error);
        void this.tellLeft(path);
      }
    }
    if (wasActive !== null && column !== null && !this.left.has(wasActive)) {
      const options = { viewColumn: column, preview: false };
      await vscode.commands.executeCommand("vscode.open", documentUri(wasActive), options);
    }
  }

  /** Puts a document in the place of its old tab, with that tab's unsaved text. */
  private async move(shown: vscode.Tab, path: string): Promise<void> {
    const tab = await loaded(shown, path);
    const { group, isPinned, isPreview, isDirty } = tab;
    const { viewColumn } = group;
    const place = group.tabs.indexOf(tab) + 1;
    const uri = documentUri(path);
    const old = oldText(path);
    const unsaved = isDirty || old?.isDirty === true ? (old?.getText() ?? null) : null;
    // An old notebook or custom editor can't be brought over: it stays where it is.
    if (isDirty && unsaved === null) {
      this.left.add(path);
      return;
    }
    const options = { viewColumn, preview: isPreview && unsaved === null };
    if (unsaved === null) await vscode.commands.executeCommand("vscode.open", uri, options);
    else await this.putOver(path, uri, viewColumn, unsaved);
    if (unsaved !== null && old !== undefined) {
      this.nothing.letGo(old.uri);
      if (!(await old.save())) throw new Error("its old text was not let go");
    }
    const left = tabOf(path, viewColumn);
    if (left?.isDirty === false) await closeQuietly(left);
    if (tabOf(path, viewColumn) !== undefined) this.left.add(path);
    if (isPinned) await vscode.commands.executeCommand("workbench.action.pinEditor");
    const position = { to: "position", by: "tab", value: place };
    await vscode.commands.executeCommand("moveActiveEditor", position);
  }

  /** Opens a document and puts unsaved text over it, as an edit that the user can undo. */
  private async putOver(
    path: string,
    uri: vscode.Uri,
    column: vscode.ViewColumn,
    text: string,
  ): Promise<void> {
    const base = this.opening.baseOf(path);
    await this.opening.open(path, column);
    const isUnchanged = base !== null && this.opening.baseOf(path) === base;
    const document = vscode.workspace.textDocuments.find(
      (one) => one.uri.toString() === uri.toString(),
    );
    if (document === undefined) throw new Error("its text did not open");
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, wholeRange(document), text);
    if (document.getText() !== text && !(await vscode.workspace.applyEdit(edit))) {
      throw new Error("its text was not taken");
    }
    const name = quotedDocument(path);
    const changed = isUnchanged
      ? "Undo shows what the file holds."
      : "The file may have changed since that text was typed: undo shows what it holds now. Compare before you save.";
    void vscode.window.showWarningMessage(
      `${name} has unsaved text from before Cage was updated. ${changed}`,
    );
  }

  private async tellLeft(path: string): Promise<void> {
    const name = quotedDocument(path);
    const answer = await vscode.window.showWarningMessage(
      `The tab of ${name} is from before Cage was updated, and could not be brought over. What it shows stays there until you close it.`,
      "Try Again",
    );
    if (answer === undefined) return;
    this.left.delete(path);
    await this.bringOver();
  }
}

/**
 * The file system of the old scheme. It has no files. It accepts a text that was brought over
 * without keeping it, so that VS Code closes the tab without a question.
 */
class NoFiles implements vscode.FileSystemProvider {
  /** The documents whose text is in a new one. */
  private readonly broughtOver = new Set<string>();
  private readonly written = new Map<string, vscode.FileStat>();
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
  readFile = refuse;
  readDirectory = refuse;
  delete = refuse;
  rename = refuse;

  /** Accepts a save of a document without keeping its text. */
  letGo(uri: vscode.Uri): void {
    this.broughtOver.add(uri.toString());
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    return this.written.get(uri.toString()) ?? refuse(uri);
  }

  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    if (!this.broughtOver.has(uri.toString())) refuse(uri);
    const { File: type } = vscode.FileType;
    this.written.set(uri.toString(), { type, ctime: 0, mtime: Date.now(), size: content.length });
  }

  createDirectory(): void {
    // VS Code creates the folder of each file that it writes.
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }
}

function refuse(uri: vscode.Uri): never {
  throw vscode.FileSystemError.FileNotFound(uri);
}

/** Makes VS Code load what a tab shows: it restores unsaved text from a backup only then. */
async function loaded(tab: vscode.Tab, path: string): Promise<vscode.Tab> {
  const { input, isPreview, group } = tab;
  if (!(input instanceof vscode.TabInputText)) return tab;
  const { viewColumn } = group;
  const options = { viewColumn, preview: isPreview };
  // Without a backup nothing loads, since this file system has no files.
  await vscode.commands.executeCommand("vscode.openWith", input.uri, "default", options).then(
    () => undefined,
    () => undefined,
  );
  return tabOf(path, viewColumn) ?? tab;
}

function tabOf(path: string, column: vscode.ViewColumn): vscode.Tab | undefined {
  return allTabs().find((one) => oldPath(one) === path && one.group.viewColumn === column);
}

function oldText(path: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(({ uri }) => pathOfOldDocument(uri) === path);
}

/** Finds the encrypted file whose document is alone in an old tab; null for any other tab. */
function oldPath({ input }: vscode.Tab): string | null {
  const isAlone =
    input instanceof vscode.TabInputText ||
    input instanceof vscode.TabInputCustom ||
    input instanceof vscode.TabInputNotebook;
  return isAlone ? pathOfOldDocument(input.uri) : null;
}
