import { basename } from "node:path";
import * as vscode from "vscode";
import { isAgeFile } from "../../documents/disk/ciphertext";
import type { Disk } from "../../documents/disk/disk";
import { isEncryptedName, isUsualName } from "../../documents/disk/encryptedNames";
import { alternativesOf, matchesGlob } from "../../documents/disk/nameGlob";
import { Disposable } from "../dispose";
import { ExemptEditors } from "./exemptEditors";
import type { Log } from "../log";
import { viewType } from "./openRedirect";
import { allTabs, closeQuietly } from "../tabs";

const stateKey = "cage.rawTabs";

/** The time after VS Code knows custom editors in which a click may open what it decided before. */
const graceMilliseconds = 2000;

/**
 * Puts decrypted documents in the place of tabs that show encrypted files as text.
 *
 * A new window does not know its custom editors yet and opens text editors instead. For names that
 * `cage.files` adds it never knows them. A text editor that the user chose stays.
 */
export class RawTabs extends Disposable {
  /** The encrypted files whose text may show. */
  private readonly chosen: ExemptEditors;
  private readonly replacing = new Set<string>();
  /** A text editor for a usual name is the user's choice once VS Code knows ours. */
  private isEditorKnown = false;

  constructor(
    private readonly disk: Disk,
    state: vscode.Memento,
    private readonly log: Log,
  ) {
    super();
    this.chosen = this.register(new ExemptEditors(state, stateKey));
    this.register(
      vscode.window.tabGroups.onDidChangeTabs(({ opened }) => {
        if (this.isEditorKnown) for (const tab of opened) this.chooseUsual(tab);
        for (const tab of allTabs()) if (this.isReplaced(tab)) void closeQuietly(tab);
        this.replaceShown();
      }),
    );
  }

  /** Replaces what shows already. The custom editor's provider has to be registered before. */
  async start(): Promise<void> {
    this.replaceShown();
    // VS Code handles what an extension sends in order, so after an answer it knows our editor.
    await vscode.commands.executeCommand("setContext", "cage.isActive", true);
    this.replaceShown();
    const timer = setTimeout(() => {
      this.isEditorKnown = true;
    }, graceMilliseconds);
    this.register({
      dispose: () => {
        clearTimeout(timer);
      },
    });
  }

  /** Lets the text of an encrypted file show: the user asked for it. */
  choose(uri: vscode.Uri): void {
    this.chosen.add(uri);
  }

  /** Looks at all tabs again, as when other names became those of encrypted files. */
  replaceShown(): void {
    for (const tab of allTabs()) {
      // What is not in front can't be edited, and may need a passphrase: it waits until it is.
      if (tab.isActive) void this.replace(tab);
    }
  }

  private async replace(tab: vscode.Tab): Promise<void> {
    const uri = rawUri(tab);
    if (uri === null || tab.isDirty || this.chosen.has(uri)) return;
    const key = keyOf(tab, uri);
    if (this.replacing.has(key) || isAssociatedElsewhere(uri)) return;
    this.replacing.add(key);
    try {
      if (isUsualName(uri.fsPath) || (await isAgeFile(uri.fsPath, this.disk))) {
        const { viewColumn, isActive } = tab.group;
        const placement = { viewColumn, preview: tab.isPreview, preserveFocus: !isActive };
        await vscode.commands.executeCommand("vscode.openWith", uri, viewType, placement);
      }
    } catch (error) {
      this.log.failure("replace the text of", uri.fsPath, error);
    } finally {
      this.replacing.delete(key);
    }
  }

  /** A preview is replaced in place; a pinned tab is left behind the new one. */
  private isReplaced(tab: vscode.Tab): boolean {
    const uri = rawUri(tab);
    if (uri === null || tab.isActive || tab.isDirty) return false;
    return this.replacing.has(keyOf(tab, uri));
  }

  private chooseUsual(tab: vscode.Tab): void {
    const uri = rawUri(tab);
    if (uri !== null && isUsualName(uri.fsPath)) this.choose(uri);
  }
}

/** Finds the encrypted file that a tab shows as text, or null. */
function rawUri({ input }: vscode.Tab): vscode.Uri | null {
  if (!(input instanceof vscode.TabInputText) || input.uri.scheme !== "file") return null;
  return isEncryptedName(input.uri.fsPath) ? input.uri : null;
}

function keyOf({ group }: vscode.Tab, uri: vscode.Uri): string {
  return `${group.viewColumn} ${uri.toString()}`;
}

/**
 * Tells that the user's settings name another editor for a file, as VS Code matches their globs.
 */
function isAssociatedElsewhere({ path }: vscode.Uri): boolean {
  const associations = vscode.workspace
    .getConfiguration("workbench")
    .get<Readonly<Record<string, unknown>>>("editorAssociations", {});
  return Object.entries(associations).some(([glob, editor]) => {
    if (editor === viewType) return false;
    return alternativesOf(glob).some((one) => {
      const name = one.replace(/^\*\*\//, "");
      return matchesGlob(name.includes("/") ? path : basename(path), name);
    });
  });
}
