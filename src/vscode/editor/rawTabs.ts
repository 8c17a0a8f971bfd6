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

/**
 * The milliseconds after VS Code has learned of Cage's editors in which a tab may still be one that
 * it decided on before.
 */
const graceMilliseconds = 2000;

/**
 * Puts decrypted documents in the place of tabs that show encrypted files as text.
 *
 * A new window does not know its custom editors yet and opens text editors instead. For the names
 * in `cage.files` it never learns of them. A text editor that the user chose stays.
 */
export class RawTabs extends Disposable {
  /** The encrypted files that may be shown as text. */
  private readonly chosen: ExemptEditors;
  private readonly replacing = new Set<string>();
  /**
   * True once VS Code knows Cage's editor: from then on a text editor for a usual name is the
   * user's choice.
   */
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

  /**
   * Replaces the tabs that are there. The provider of the custom editor must be registered before.
   */
  async start(): Promise<void> {
    this.replaceShown();
    // VS Code handles an extension's messages in order, so after an answer it knows Cage's editor.
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

  /** Lets an encrypted file be shown as text: the user asked for it. */
  choose(uri: vscode.Uri): void {
    this.chosen.add(uri);
  }

  /** Looks at all tabs again, for example when `cage.files` has changed. */
  replaceShown(): void {
    for (const tab of allTabs()) {
      // A tab behind another can't be edited, and its file may need a passphrase: it waits until it
      // is in front.
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

  /**
   * Tells whether a tab is the pinned one that its replacement left behind; a preview is replaced
   * in place.
   */
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
 * Tells whether the user's settings name another editor for a file. It matches their globs as VS
 * Code does.
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
