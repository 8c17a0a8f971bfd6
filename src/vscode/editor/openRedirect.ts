import { basename } from "node:path";
import * as vscode from "vscode";
import { isDoneWithin } from "../../age/doneWithin";
import { AgeError } from "../../age/errors";
import {
  actionCommands,
  explainDeclined,
  explainOpening,
  type Action,
} from "../wording/failureText";
import { quoted } from "../wording/foreignText";
import type { Log } from "../log";
import { actionPage, failurePage, messagePage } from "./pages";
import type { DocumentOpener, ShowOptions } from "./documentOpener";
import { placeOf, scheme } from "../uris";
import { allTabs, closeQuietly, closeTabs, isUnfilled } from "../tabs";

/** The id of the custom editor that takes encrypted files, as in package.json. */
export const viewType = "cage.redirect";

/** The time for which a file may be opened without a page, or a page be blank meanwhile. */
const noticeableMilliseconds = 100;

/** The options of a page with buttons. */
const withButtons: vscode.WebviewOptions = { enableScripts: true };

/**
 * The editor of encrypted files: it puts the decrypted document in its own place. If that fails it
 * says why, and never shows ciphertext as text.
 */
export class OpenRedirect implements vscode.CustomReadonlyEditorProvider<EncryptedFile> {
  /**
   * The files with document tabs that VS Code could not fill, each with the reason to show, or null
   * to open it.
   */
  private readonly unfilled = new Map<string, Error | null>();

  constructor(
    private readonly opener: DocumentOpener,
    private readonly log: Log,
    private readonly onFailed: (path: string) => void,
  ) {}

  /**
   * Opens a file in the place of a tab of its document that VS Code could not fill.
   *
   * @param error - the reason, to be shown on a page that asks nothing; null to open the file.
   */
  async takeOver(tab: vscode.Tab, path: string, error: Error | null): Promise<void> {
    const uri = vscode.Uri.file(path);
    const { isPreview: preview, group } = tab;
    const placement = { viewColumn: group.viewColumn, preview, preserveFocus: !group.isActive };
    // A page that exists already, in any column, would only come here without being filled again.
    await closePages(uri);
    this.unfilled.set(path, error);
    await vscode.commands.executeCommand("vscode.openWith", uri, viewType, placement);
  }

  /**
   * Opens a file that has a tab. VS Code makes no page while it waits for the result. A document
   * that is shown meanwhile saves it the page.
   */
  async openCustomDocument(uri: vscode.Uri): Promise<EncryptedFile> {
    const path = pathOf(uri);
    const tab = tabsOf(uri).find(({ isActive }) => isActive);
    if (path === null || tab === undefined) return new EncryptedFile(uri, null);
    const column = tab.group.viewColumn;
    const result = this.tryOpening(uri, path);
    await isDoneWithin(result, noticeableMilliseconds);
    return new EncryptedFile(uri, { column, result });
  }

  async resolveCustomEditor(file: EncryptedFile, panel: vscode.WebviewPanel): Promise<void> {
    const { uri } = file;
    const opening = file.takeOpening(panel.viewColumn);
    if (opening === null && !isInColumn(uri, panel.viewColumn)) {
      showSide(uri, panel);
      return;
    }
    const name = quoted(basename(uri.path));
    const path = pathOf(uri);
    if (path === null) {
      panel.webview.html = messagePage(
        `${name} is not on this machine's disk.`,
        "Cage opens only files on the disk of the machine that it runs on. Save a copy there, or compare decrypted files.",
      );
      return;
    }
    let isClosed = false;
    panel.onDidDispose(() => {
      isClosed = true;
    });
    const show = (result: Promise<unknown>): Promise<void> =>
      showOpening(result, path, panel, () => isClosed);
    const attempt = (): Promise<void> => show(this.tryOpening(uri, path));
    panel.webview.onDidReceiveMessage((command: unknown) => {
      if (typeof command !== "string" || !actionCommands.has(command)) return;
      if (command === "cage.openDecrypted") void attempt();
      else
        void outcomeOf(command, vscode.Uri.file(path)).then((outcome) => {
          if (outcome === "try again") void attempt();
          else if (outcome !== null && !isClosed) showFailed(name, outcome, panel);
        });
    });
    await (opening === null ? attempt() : show(opening));
  }

  /** Opens the document in the place of its tab. @returns the reason if it is not open. */
  private async tryOpening(uri: vscode.Uri, path: string): Promise<unknown> {
    try {
      await this.openInPlace(uri, path);
      return null;
    } catch (error) {
      this.log.failure("open", path, error);
      this.onFailed(path);
      return error;
    }
  }

  private async openInPlace(uri: vscode.Uri, path: string): Promise<void> {
    const reason = this.unfilled.get(path) ?? null;
    if (this.unfilled.delete(path)) await closeTabs((tab) => isUnfilled(tab, path));
    if (reason !== null) throw reason;
    await this.opener.open(path, () => placementOf(tabsOf(uri)[0]));
    // A preview tab was replaced in place; a pinned one is still there.
    await closePages(uri);
  }
}

/** An attempt to open a file, and the column of the tab that it was begun for. */
interface Opening {
  readonly column: vscode.ViewColumn;
  /** The reason if the file is not open, else null. */
  readonly result: Promise<unknown>;
}

/** An encrypted file in an editor, and the attempt to open it that began before it had a page. */
class EncryptedFile implements vscode.CustomDocument {
  constructor(
    readonly uri: vscode.Uri,
    private opening: Opening | null,
  ) {}

  /**
   * Takes the attempt's result, once; null if there is none. A diff in another column has the same
   * file, and is not what the attempt was begun for.
   */
  takeOpening(column: vscode.ViewColumn | undefined): Promise<unknown> | null {
    const { opening } = this;
    if (opening === null || opening.column !== column) return null;
    this.opening = null;
    return opening.result;
  }

  dispose(): void {
    // The attempt goes on: it puts a document in the place of this file.
  }
}

/**
 * Finds the place of a document by the tab of its file, which the user may have pinned, moved, left
 * or closed since. An encrypted file has one tab at most.
 *
 * @returns null if there is no tab any more: the document would come over what is there now.
 */
function placementOf(tab: vscode.Tab | undefined): ShowOptions | null {
  if (tab === undefined) return null;
  const { group, isActive, isPreview: preview } = tab;
  const preserveFocus = !isActive || !group.isActive || (preview && previewsLeaveTheFocus());
  return { viewColumn: group.viewColumn, preview, preserveFocus, background: !isActive };
}

/** Shows on a page how an attempt to open its file goes on, unless the page is closed. */
async function showOpening(
  opening: Promise<unknown>,
  path: string,
  panel: vscode.WebviewPanel,
  isClosed: () => boolean,
): Promise<void> {
  const name = quoted(basename(path));
  const waiting = setTimeout(() => {
    if (!isClosed()) panel.webview.html = messagePage(`Opening ${name}…`, "");
  }, noticeableMilliseconds);
  const error = await opening;
  clearTimeout(waiting);
  if (error === null || isClosed()) return;
  showFailed(name, error, panel);
  // New File… left it empty: the most natural way to begin an encrypted file.
  if (error instanceof AgeError && error.code === "empty-file") {
    await vscode.commands.executeCommand("cage.newEncryptedFile", vscode.Uri.file(path));
  }
}

/** Shows why a file is not open. */
function showFailed(name: string, error: unknown, { webview }: vscode.WebviewPanel): void {
  // A large file that the user declined keeps its own explanation.
  const isKeyDeclined = error instanceof AgeError && error.code === "dismissed";
  const explanation = isKeyDeclined ? explainDeclined(error.facts) : explainOpening(error);
  webview.options = withButtons;
  webview.html = failurePage(name, explanation, crypto.randomUUID());
}

/**
 * Tells whether a preview keeps the focus in its list, as when VS Code opens it by a click or by
 * Space. An editor does not learn where the focus is.
 */
function previewsLeaveTheFocus(): boolean {
  const editors = vscode.workspace.getConfiguration("workbench.editor");
  return !editors.get("enablePreviewFromQuickOpen", false);
}

/** Fills one side of a diff. Its tab belongs to both sides, so it stays. */
function showSide(uri: vscode.Uri, { webview }: vscode.WebviewPanel): void {
  const name = quoted(basename(uri.path));
  const isOnDisk = uri.scheme === "file";
  const { hint, actions } = isOnDisk ? sideOnDisk : sideElsewhere;
  const explanation = { message: `${name} is encrypted.`, nextStep: hint, actions };
  webview.options = withButtons;
  webview.html = actionPage(explanation, crypto.randomUUID(), "leaves the focus");
  webview.onDidReceiveMessage((command: unknown) => {
    if (!actions.some((action) => action.command === command)) return;
    void vscode.commands.executeCommand(command as string, vscode.Uri.file(uri.fsPath));
  });
}

/** A hint, and the buttons under it. */
interface Side {
  readonly hint: string;
  readonly actions: readonly Action[];
}

const sideOnDisk: Side = {
  hint: "Cage shows no ciphertext in a comparison, since an edit would destroy it. Open the file decrypted instead. To compare two files, open both decrypted and run Compare Active File With… on one of them.",
  actions: [
    { label: "Open Decrypted", command: "cage.openDecrypted" },
    { label: "Open Raw", command: "cage.openRaw" },
  ],
};

const sideElsewhere: Side = {
  hint: "This is a different version from the one on the disk, such as one in Git. So far, Cage can open only the one on the disk.",
  actions: [{ label: "Open the One on the Disk", command: "cage.openDecrypted" }],
};

/** Finds the encrypted file to open; Save As… leaves one with a URI of Cage's own scheme. */
function pathOf(uri: vscode.Uri): string | null {
  if (uri.scheme === scheme) return placeOf(uri).path;
  return uri.scheme === "file" ? uri.fsPath : null;
}

/**
 * Runs a command.
 *
 * @returns "try again" if it chose another strategy, with which the file may open; the error if it
 * tried to open the file and failed; else null.
 */
async function outcomeOf(command: string, uri: vscode.Uri): Promise<"try again" | Error | null> {
  const result = await vscode.commands.executeCommand(command, uri);
  if (result === true) return "try again";
  return result instanceof Error ? result : null;
}

/** Closes the pages that say why a file is not open, once it is. */
export async function closePagesOf(path: string): Promise<void> {
  await closePages(vscode.Uri.file(path));
}

async function closePages(uri: vscode.Uri): Promise<void> {
  for (const page of tabsOf(uri)) await closeQuietly(page);
}

/** Tells whether an encrypted file has a tab in a column, and not only a side of a diff there. */
function isInColumn(uri: vscode.Uri, column: vscode.ViewColumn | undefined): boolean {
  return tabsOf(uri).some(({ group }) => column === undefined || group.viewColumn === column);
}

/** Finds the tabs of an encrypted file. Those of diffs do not count. */
function tabsOf(uri: vscode.Uri): vscode.Tab[] {
  return allTabs().filter(
    ({ input }) =>
      input instanceof vscode.TabInputCustom &&
      input.viewType === viewType &&
      input.uri.toString() === uri.toString(),
  );
}
