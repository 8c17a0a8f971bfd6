import { basename } from "node:path";
import * as vscode from "vscode";
import type { Documents } from "../documents/documents";
import type { Keyring } from "../keys/keyring";
import type { Comparison } from "./comparison";
import { Disposable } from "./dispose";
import { saveUnsaved, unsavedDocuments, type UnsavedDocument } from "./editorTexts";
import type { CageFileSystem } from "./fileSystemProvider";
import { quoted } from "./foreignText";
import { leftoverMessage, type Leftovers } from "./lockMessage";
import type { OpenRequests } from "./openRequests";
import { isPageOfExtension, OtherViews } from "./otherViews";
import { allTabs, closeTabs, documentsEditedIn, documentsShownBy, isComparison } from "./tabs";
import { encryptedPath } from "./uris";

/**
 * Locks: wipes the keys, closes every tab that shows decrypted text, and blanks the documents that
 * VS Code still holds. It never throws unsaved text away without a question, and names what stays
 * on the screen.
 */
export class Lock extends Disposable {
  /** The last sweep, which may be under way. */
  private sweeping: Promise<string | null> = Promise.resolve(null);
  /** True while documents with unsaved text are to be closed as soon as they are saved. */
  private isPending = false;
  /** The last message about what stays. */
  private said: string | null = null;

  constructor(
    private readonly documents: Documents,
    private readonly keyring: Keyring,
    private readonly requests: OpenRequests,
    private readonly files: CageFileSystem,
    private readonly comparison: Comparison,
  ) {
    super();
    const { workspace, window } = vscode;
    this.register({
      dispose: keyring.onChange((state) => {
        if (state === "locked") this.takeAway();
        else this.said = null;
      }),
    });
    // Saving may have asked for the key again, so it is wiped again. Only tabs tell of every
    // editor.
    this.register(
      workspace.onDidSaveTextDocument(({ uri }) => {
        this.goOn(uri);
      }),
    );
    this.register(
      window.tabGroups.onDidChangeTabs(({ changed }) => {
        for (const tab of changed.filter(({ isDirty }) => !isDirty)) {
          this.goOn(...documentsEditedIn(tab));
        }
      }),
    );
    for (const onDidClose of [
      workspace.onDidCloseTextDocument,
      workspace.onDidCloseNotebookDocument,
    ]) {
      this.register(
        onDidClose(({ uri }: { uri: vscode.Uri }) => {
          const path = encryptedPath(uri);
          if (path !== null) this.requests.unblank(path);
        }),
      );
    }
    // A blank document can come to the front without being read again: that is a click, too.
    this.register(
      window.onDidChangeActiveTextEditor((editor) => {
        this.reopen(editor?.document.uri);
      }),
    );
    this.register(
      window.onDidChangeActiveNotebookEditor((editor) => {
        this.reopen(editor?.notebook.uri);
      }),
    );
    this.register(
      workspace.onDidChangeTextDocument(({ document }) => {
        // A reload in the background is no sign of a user.
        if (document.isDirty && encryptedPath(document.uri) !== null) this.keyring.touch();
      }),
    );
    this.register(
      workspace.onDidChangeNotebookDocument(({ notebook }) => {
        if (notebook.isDirty && encryptedPath(notebook.uri) !== null) this.keyring.touch();
      }),
    );
  }

  /** Locks on the user's wish; asks first what becomes of unsaved text. */
  async lockNow(): Promise<void> {
    const unsaved = unsavedDocuments();
    if (unsaved.length > 0 && !(await this.settle(unsaved))) return;
    this.said = null;
    this.keyring.lock();
    if ((await this.sweeping) !== null) return;
    void vscode.window.setStatusBarMessage("Cage is locked.", 3000);
  }

  private async settle(unsaved: readonly UnsavedDocument[]): Promise<boolean> {
    const answer = await vscode.window.showWarningMessage(
      `Save before locking? Unsaved: ${namesOf(unsaved).join(", ")}.`,
      { modal: true, detail: "Locking closes every decrypted document." },
      "Save and Lock",
      "Discard and Lock",
    );
    if (answer === undefined) return false;
    for (const document of unsaved) {
      if (answer === "Save and Lock" && !(await saveUnsaved(document))) return false;
      if (answer === "Discard and Lock" && !(await discard(document))) return false;
    }
    return true;
  }

  /** Locks once more when a document that stayed open after a lock has no unsaved text any more. */
  private goOn(...uris: readonly vscode.Uri[]): void {
    if (this.isPending && uris.some((uri) => encryptedPath(uri) !== null)) this.keyring.lock();
  }

  private reopen(uri: vscode.Uri | undefined): void {
    const path = uri === undefined ? null : encryptedPath(uri);
    if (path === null || !this.requests.isBlanked(path)) return;
    void vscode.commands.executeCommand("cage.openDecrypted", vscode.Uri.file(path));
  }

  /** Makes decrypted text unreadable at once, and then takes it from the screen. */
  private takeAway(): void {
    const unsaved = unsavedDocuments();
    const shown = allTabs().flatMap(documentsShownBy);
    const held = [...vscode.workspace.textDocuments, ...vscode.workspace.notebookDocuments];
    const paths = [
      ...this.documents.lock(unsaved.map(({ path }) => path)),
      ...[...shown, ...held.map(({ uri }) => uri)].flatMap((uri) => encryptedPath(uri) ?? []),
    ];
    this.isPending = unsaved.length > 0;
    this.requests.dropPlaintexts();
    this.comparison.clear();
    const views = new OtherViews(paths);
    const sweep = () => this.sweep(views);
    this.sweeping = this.sweeping.then(sweep, sweep);
  }

  /** Closes what is decrypted. @returns the message about what stays, or null. */
  private async sweep(views: OtherViews): Promise<string | null> {
    const unsaved = unsavedDocuments();
    const kept = unsaved.map(({ path }) => path);
    const isKept = (uri: vscode.Uri): boolean => kept.includes(encryptedPath(uri) ?? "");
    await closeTabs((tab) => {
      const shown = documentsShownBy(tab);
      if (tab.isDirty || shown.some(isKept)) return false;
      return shown.length > 0 || isComparison(tab);
    });
    await closeTabs((tab) => views.isOfDocuments(tab));
    this.files.dropMatches(views.paths.filter((path) => !kept.includes(path)));
    // Another extension may hold a document whose tab is closed, and so does VS Code for a while.
    const { textDocuments, notebookDocuments } = vscode.workspace;
    for (const { uri, isClosed } of [...textDocuments, ...notebookDocuments]) {
      const path = encryptedPath(uri);
      if (path === null || isClosed || isKept(uri)) continue;
      this.requests.blank(path);
      this.files.refresh(path);
    }
    const open = allTabs().filter((tab) => {
      const shown = documentsShownBy(tab);
      return (shown.length > 0 && !shown.some(isKept)) || views.isOfDocuments(tab);
    });
    return this.tell(unsaved, {
      unsaved: namesOf(unsaved),
      open: open.map(({ label }) => quoted(label)),
      unknown: views.unknownPages().map((label) => quoted(label)),
    });
  }

  /** Names what stays on the screen, each time that it is something else. */
  private tell(unsaved: readonly UnsavedDocument[], leftovers: Leftovers): string | null {
    const message = leftoverMessage(leftovers);
    if (message === null || message === this.said) return message;
    this.said = message;
    const buttons = [
      ...(leftovers.unsaved.length > 0 ? ["Save and Close"] : []),
      ...(leftovers.unknown.length > 0 ? ["Close Those Tabs"] : []),
    ];
    void vscode.window.showWarningMessage(message, ...buttons).then(async (answer) => {
      if (answer === "Save and Close") for (const document of unsaved) await saveUnsaved(document);
      if (answer === "Close Those Tabs") {
        await closeTabs(
          ({ input, label }) =>
            isPageOfExtension(input) && leftovers.unknown.includes(quoted(label)),
        );
      }
    });
    return message;
  }
}

function namesOf(documents: readonly UnsavedDocument[]): readonly string[] {
  return documents.map(({ uri }) => quoted(basename(uri.path)));
}

/** Gives up the unsaved text of a document; false if another editor came to the front meanwhile. */
async function discard({ uri }: UnsavedDocument): Promise<boolean> {
  const isOf = (tab: vscode.Tab | undefined): boolean =>
    tab !== undefined && documentsEditedIn(tab).some((one) => one.toString() === uri.toString());
  const tab = allTabs().find((one) => one.isDirty && isOf(one));
  const input = tab?.input;
  const editor =
    input instanceof vscode.TabInputCustom
      ? input.viewType
      : input instanceof vscode.TabInputNotebook
        ? input.notebookType
        : "default";
  const place = tab === undefined ? {} : { viewColumn: tab.group.viewColumn };
  await vscode.commands.executeCommand("vscode.openWith", uri, editor, place);
  // The command that follows reverts whatever is active: never another text than the one agreed on.
  if (!isOf(vscode.window.tabGroups.activeTabGroup.activeTab)) return false;
  await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  return !unsavedDocuments().some((left) => left.uri.toString() === uri.toString());
}
