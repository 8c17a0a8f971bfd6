import { basename } from "node:path";
import * as vscode from "vscode";
import { isDoneWithin } from "../../age/doneWithin";
import { sha256Hex } from "../../age/primitives";
import type { Documents } from "../../documents/documents";
import type { DraftTarget } from "../../documents/drafts/draftTarget";
import type { Keyring, LockReason } from "../../keys/keyring";
import type { DiskComparison } from "../editor/diskComparison";
import { Disposable } from "../dispose";
import type { AwayTabs } from "../drafts/awayTabs";
import type { DraftKeeper } from "../drafts/draftKeeper";
import { saveUnsaved, unsavedDocuments, unsavedPaths, type UnsavedDocument } from "../editorTexts";
import type { CageFileSystem } from "../editor/fileSystemProvider";
import { quoted } from "../wording/foreignText";
import { leftoverMessage, lockedMessage, type Leftovers } from "../wording/lockMessage";
import type { OpenRequests } from "../editor/plaintextRequests";
import { isPageOfExtension, OtherViews } from "../editor/otherViews";
import { allTabs, closeTabs, documentsEditedIn, documentsShownBy, isComparison } from "../tabs";
import { encryptedPath } from "../uris";

/**
 * Locks Cage: wipes the keys, closes every tab that shows decrypted text, and blanks the documents
 * that VS Code still holds. It sets unsaved text aside in encrypted drafts. If that fails, the tab
 * stays, and a message names it.
 */
export class Lock extends Disposable {
  /** The last sweep, which may be under way. */
  private sweeping: Promise<string | null> = Promise.resolve(null);
  /** The files whose documents still hold unsaved text: they close once they are saved. */
  private leftOpen: readonly string[] = [];
  /**
   * The unsaved text that is being set aside, by file. Another lock meanwhile does not set it aside
   * again.
   */
  private readonly settling = new Map<string, Promise<void>>();
  /** The number of files whose unsaved text the last lock has set aside. */
  private setAsideCount = 0;
  private lastClosed: readonly string[] = [];
  private lastReason: LockReason = "by the user";
  /** The last message about what is still on the screen. */
  private said: string | null = null;

  constructor(
    private readonly documents: Documents,
    private readonly keyring: Keyring,
    private readonly requests: OpenRequests,
    private readonly files: CageFileSystem,
    private readonly comparison: DiskComparison,
    private readonly keeper: DraftKeeper,
    private readonly away: AwayTabs,
  ) {
    super();
    this.register({
      dispose: keyring.onChange((state, reason) => {
        if (state === "locked") this.takeAway(reason);
        else this.said = null;
      }),
    });
    // Saving may have asked for the key again, so it is wiped again. Only tabs report every editor.
    this.register(
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        this.goOn(uri);
      }),
    );
    this.register(
      vscode.window.tabGroups.onDidChangeTabs(({ changed }) => {
        for (const tab of changed.filter(({ isDirty }) => !isDirty)) {
          this.goOn(...documentsEditedIn(tab));
        }
      }),
    );
    for (const onDidClose of [
      vscode.workspace.onDidCloseTextDocument,
      vscode.workspace.onDidCloseNotebookDocument,
    ]) {
      this.register(
        onDidClose(({ uri }: { uri: vscode.Uri }) => {
          const path = encryptedPath(uri);
          if (path !== null) this.requests.unblank(path);
        }),
      );
    }
    // A blank document can come to the front without being read again: the user has clicked it.
    this.register(
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        this.reopen(editor?.document.uri);
      }),
    );
    this.register(
      vscode.window.onDidChangeActiveNotebookEditor((editor) => {
        this.reopen(editor?.notebook.uri);
      }),
    );
    this.register(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        // A reload in the background is not a sign of the user.
        if (document.isDirty && encryptedPath(document.uri) !== null) this.keyring.touch();
      }),
    );
    this.register(
      vscode.workspace.onDidChangeNotebookDocument(({ notebook }) => {
        if (notebook.isDirty && encryptedPath(notebook.uri) !== null) this.keyring.touch();
      }),
    );
  }

  /** Locks because the user asked for it. */
  async lockNow(): Promise<void> {
    this.said = null;
    this.keyring.lock();
    if ((await this.sweeping) !== null) return;
    const milliseconds = this.setAsideCount === 0 ? 3000 : 8000;
    void vscode.window.setStatusBarMessage(lockedMessage(this.setAsideCount), milliseconds);
  }

  /** Waits until a lock has closed its tabs. */
  async whenDone(): Promise<void> {
    await this.sweeping;
  }

  /** The files whose documents the last lock closed, the one in front first. */
  get closed(): readonly string[] {
    return this.lastClosed;
  }

  /** The number of files whose unsaved text the last lock has set aside. */
  get drafted(): number {
    return this.setAsideCount;
  }

  /** Locks once more when a document that stayed open has no unsaved text any more. */
  private goOn(...uris: readonly vscode.Uri[]): void {
    if (uris.some((uri) => this.leftOpen.includes(encryptedPath(uri) ?? ""))) {
      this.keyring.lock(this.lastReason);
    }
  }

  private reopen(uri: vscode.Uri | undefined): void {
    const path = uri === undefined ? null : encryptedPath(uri);
    if (path === null || !this.requests.isBlanked(path)) return;
    void vscode.commands.executeCommand("cage.openDecrypted", vscode.Uri.file(path));
  }

  /** Makes decrypted text unreadable at once, and then removes it from the screen. */
  private takeAway(reason: LockReason): void {
    this.lastReason = reason;
    this.lastClosed = shownPaths();
    const unsaved = unsavedDocuments();
    if (this.settling.size === 0) this.setAsideCount = 0;
    // This comes before any await: drafts need facts that the lock makes the documents forget.
    this.setAside(unsaved.filter(({ path }) => !this.settling.has(path)));
    const shown = allTabs().flatMap(documentsShownBy);
    const held = [...vscode.workspace.textDocuments, ...vscode.workspace.notebookDocuments];
    const paths = [
      ...this.documents.lock(unsaved.map(({ path }) => path)),
      ...[...shown, ...held.map(({ uri }) => uri)].flatMap((uri) => encryptedPath(uri) ?? []),
    ];
    this.requests.dropPlaintexts();
    this.comparison.clear();
    const views = new OtherViews(paths);
    this.away.stop(reason);
    if (reason !== "by the user") {
      for (const path of this.lastClosed) this.away.add(path, "in any case");
    }
    const sweep = () => this.sweep(views);
    const setAside = Promise.all(this.settling.values());
    // A save under way may wait for an answer. The rest must not stay on the screen for it.
    const sweepAside = async () => {
      await this.closeClean(views);
      const isDone = await isDoneWithin(setAside, longestAside);
      if (!isDone) void setAside.then(sweep);
      return sweep();
    };
    this.sweeping = this.sweeping.then(sweepAside, sweepAside);
  }

  /**
   * Makes documents clean by saving their unsaved text into drafts, so that they close without a
   * question.
   */
  private setAside(unsaved: readonly UnsavedDocument[]): void {
    const aside = this.keeper.setAside(unsaved.map(({ path }) => path));
    for (const document of unsaved) {
      const { path } = document;
      const settling = aside.then((targets) => this.settle(document, targets.get(path) ?? null));
      const done = settling.finally(() => this.settling.delete(path));
      this.settling.set(path, done);
    }
  }

  private async settle(document: UnsavedDocument, target: DraftTarget | null): Promise<void> {
    const { path } = document;
    const saved = this.documents.find(path)?.plaintext;
    const makeDraft = async (content: Uint8Array): Promise<void> => {
      // VS Code saves every editor of a document, even one without unsaved text.
      if (target !== null && sha256Hex(content) !== saved) {
        await this.keeper.make(path, target, content);
      }
    };
    const save = () => saveUnsaved(document).catch(() => false);
    if (target !== null && (await this.requests.divert(path, makeDraft, save))) {
      this.setAsideCount++;
      this.away.add(path);
      this.documents.forget(path);
      await this.keeper.leave(path);
    } else await this.keeper.release(path);
  }

  /** Closes the tabs that show documents without unsaved text. */
  private async closeClean(views: OtherViews): Promise<void> {
    const unsaved = unsavedPaths();
    // This comes before the tabs: if a file is gone VS Code forgets its closed tabs as well, and
    // Reopen Closed Editor would not find them.
    this.files.dropMatches(views.takeMatches(unsaved));
    await closeTabs((tab) => {
      const shown = documentsShownBy(tab);
      if (tab.isDirty || shown.some((uri) => unsaved.includes(encryptedPath(uri) ?? "")))
        return false;
      return shown.length > 0 || isComparison(tab);
    });
    await closeTabs((tab) => views.isOfDocuments(tab));
  }

  /** Closes and blanks decrypted documents. @returns the message about what is left, or null. */
  private async sweep(views: OtherViews): Promise<string | null> {
    await this.closeClean(views);
    const unsaved = unsavedDocuments();
    const leftOpen = unsaved.map(({ path }) => path);
    this.leftOpen = leftOpen;
    const isLeftOpen = (uri: vscode.Uri): boolean => leftOpen.includes(encryptedPath(uri) ?? "");
    // Another extension may hold a document whose tab is closed, and VS Code does for a while.
    const { textDocuments, notebookDocuments } = vscode.workspace;
    for (const { uri, isClosed } of [...textDocuments, ...notebookDocuments]) {
      const path = encryptedPath(uri);
      if (path === null || isClosed || isLeftOpen(uri)) continue;
      this.requests.blank(path);
      this.files.refresh(path);
    }
    const open = allTabs().filter((tab) => {
      const shown = documentsShownBy(tab);
      return (shown.length > 0 && !shown.some(isLeftOpen)) || views.isOfDocuments(tab);
    });
    return this.tell(unsaved, {
      unsaved: namesOf(unsaved),
      open: open.map(({ label }) => quoted(label)),
      unknown: views.unknownPages().map((label) => quoted(label)),
    });
  }

  /** Names what is still on the screen, whenever that has changed. */
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

/** The milliseconds for which a lock waits for the saves that it diverts. */
const longestAside = 3000;

/** Lists the files that tabs show decrypted, those in front first. */
function shownPaths(): readonly string[] {
  const tabs = [...allTabs()].sort((a, b) => Number(b.isActive) - Number(a.isActive));
  const uris = tabs.flatMap(documentsEditedIn);
  return [...new Set(uris.flatMap((uri) => encryptedPath(uri) ?? []))];
}

function namesOf(documents: readonly UnsavedDocument[]): readonly string[] {
  return documents.map(({ uri }) => quoted(basename(uri.path)));
}
