import * as vscode from "vscode";
import { AgeError } from "../../age/errors";
import type { Drafts } from "../../documents/drafts/drafts";
import type { DraftTarget, DraftTargets } from "../../documents/drafts/draftTarget";
import { Disposable } from "../dispose";
import { unsavedPaths } from "../editorTexts";
import type { Log } from "../log";
import { documentsEditedIn, isShown } from "../tabs";
import { encryptedPath } from "../uris";
import type { DraftState } from "../wording/draftText";
import { DraftTimers } from "./draftTimers";
import { DraftTurns } from "./draftTurns";
import { captureContent } from "./unsavedContent";

/** A draft that a lock sets aside. */
interface Aside {
  readonly session: string;
  isMade: boolean;
}

/**
 * Keeps encrypted drafts of unsaved text while the user types, and drops them when the text is
 * saved, undone or given up.
 */
export class DraftKeeper extends Disposable {
  private readonly timers = new DraftTimers((path) => void this.makeOrDrop(path));
  private readonly turns = new DraftTurns((path) => this.makeOrDropOnce(path));
  /** The drafts of files that a lock closes. They stay, whatever the editors show. */
  private readonly asides = new Map<string, Aside>();
  /** The files whose documents are moving to another file. */
  private readonly moving = new Set<string>();
  private settingAside: Promise<unknown> = Promise.resolve();
  private readonly states = new Map<string, DraftState>();
  private readonly changes = this.register(new vscode.EventEmitter<void>());
  readonly onDidChange = this.changes.event;

  constructor(
    private readonly drafts: Drafts,
    private readonly targets: DraftTargets,
    private readonly log: Log,
  ) {
    super();
    const noteChange = ({ uri, isDirty }: vscode.TextDocument | vscode.NotebookDocument): void => {
      this.note(uri, isDirty);
    };
    // Text typed during a save is still unsaved, which only the tab shows.
    const noteSave = ({ uri }: vscode.TextDocument | vscode.NotebookDocument): void => {
      this.note(uri, false);
    };
    for (const registration of [
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        noteChange(document);
      }),
      vscode.workspace.onDidChangeNotebookDocument(({ notebook }) => {
        noteChange(notebook);
      }),
      vscode.workspace.onDidSaveTextDocument(noteSave),
      vscode.workspace.onDidSaveNotebookDocument(noteSave),
    ]) {
      this.register(registration);
    }
    this.register(
      vscode.window.tabGroups.onDidChangeTabs(({ changed, closed }) => {
        for (const tab of changed) {
          for (const uri of documentsEditedIn(tab)) this.note(uri, tab.isDirty);
        }
        for (const uri of closed.flatMap(documentsEditedIn)) {
          const path = encryptedPath(uri);
          if (path !== null && !isShown(path)) void this.drop(path);
        }
      }),
    );
    // The extension host may have restarted while there was unsaved text.
    for (const path of unsavedPaths()) void this.makeOrDrop(path);
  }

  /** Finds the state of a file's draft; null if its editor holds no unsaved text. */
  stateOf(path: string): DraftState | null {
    return this.states.get(path) ?? null;
  }

  /** Makes every due draft at once, and waits for those under way: the window is closing. */
  async flush(): Promise<void> {
    for (const path of this.timers.paths) void this.makeOrDrop(path);
    await Promise.all([...this.turns.running, this.settingAside]);
  }

  /**
   * Makes a draft follow its document to another file. It stays until that file has its own, so
   * that a crash in between loses nothing.
   */
  async follow(from: string, to: string, move: () => Thenable<unknown>): Promise<void> {
    this.moving.add(from);
    try {
      await move();
      await this.makeOrDrop(to);
    } finally {
      this.moving.delete(from);
    }
    if (this.stateOf(to)?.kind !== "failed") await this.makeOrDrop(from);
  }

  /** Retries the drafts that failed: a key may be at hand by now. */
  retry(): void {
    for (const [path, { kind }] of [...this.states])
      if (kind === "failed") void this.makeOrDrop(path);
  }

  /** Makes the draft of a file at once, if its editor holds unsaved text; else drops it. */
  makeOrDrop(path: string): Promise<void> {
    this.timers.stop(path);
    return this.turns.take(path);
  }

  /**
   * Makes drafts of the text in editors. They stay, whatever the editors show, until `release` or
   * `leave`. It takes everything that a lock wipes before any await.
   *
   * @returns the target of each file's draft; null if none could be made. Some editors give their
   * text only by a save: `make` makes a draft of that text for the same target.
   */
  setAside(paths: readonly string[]): Promise<ReadonlyMap<string, DraftTarget | null>> {
    const asides = paths.map(async (path): Promise<[string, DraftTarget | null]> => {
      this.timers.stop(path);
      if (!this.asides.has(path)) {
        this.asides.set(path, { session: this.drafts.newSession(), isMade: false });
      }
      const target = this.targets.now(path);
      const content = this.capture(path);
      if (target === null || content === null) return [path, target];
      return [path, (await this.makeOf(path, target, content)) ? target : null];
    });
    this.targets.clear();
    const outcome = Promise.all(asides).then((entries) => new Map(entries));
    const before = this.settingAside;
    // The promise must not keep the result in memory.
    const end = (): Promise<unknown> => before;
    this.settingAside = outcome.then(end, end);
    return outcome;
  }

  /** Waits until all drafts are set aside. */
  async whenSetAside(): Promise<void> {
    await this.settingAside;
  }

  /**
   * Hands a draft that was set aside over to be put back later, and discards the editor's own
   * draft, which is older.
   */
  async leave(path: string): Promise<void> {
    const aside = this.asides.get(path);
    this.asides.delete(path);
    if (aside?.isMade === true) await this.discard(path);
  }

  /**
   * Leaves the text of an editor that is about to lose it in a draft, to be put back.
   *
   * @returns false if no draft could be made; the file's draft then still follows its editor.
   */
  async leaveText(path: string): Promise<boolean> {
    await this.setAside([path]);
    const isMade = this.asides.get(path)?.isMade === true;
    await (isMade ? this.leave(path) : this.release(path));
    return isMade;
  }

  /** Makes a draft of the text that a save handed over. @throws AgeError */
  async make(path: string, { base, key }: DraftTarget, content: Uint8Array): Promise<void> {
    const aside = this.asides.get(path);
    await this.drafts.make(path, base, key, content, aside?.session);
    if (aside !== undefined) aside.isMade = true;
  }

  /** Lets a draft follow its editor again, and discards the one set aside. */
  async release(path: string): Promise<void> {
    const aside = this.asides.get(path);
    this.asides.delete(path);
    await this.makeOrDrop(path);
    if (aside?.isMade !== true) return;
    if (this.stateOf(path)?.kind === "made") await this.discard(path, aside.session);
    // The editor's own draft is older than the one set aside.
    else if (!unsavedPaths().includes(path)) await this.discard(path);
  }

  override dispose(): void {
    for (const path of this.timers.paths) this.timers.stop(path);
    super.dispose();
  }

  /** Captures an editor's text; null if its own code fails, so that only a save gives it. */
  private capture(path: string): (() => Promise<Uint8Array>) | null {
    try {
      return captureContent(path);
    } catch (error) {
      this.log.failure("read the unsaved text of", path, error);
      return null;
    }
  }

  /** Follows a change of an editor, or of its tab. */
  private note(uri: vscode.Uri, isDirty: boolean): void {
    const path = encryptedPath(uri);
    if (path === null || this.asides.has(path)) return;
    if (isDirty) this.timers.wait(path);
    else void this.makeOrDrop(path);
  }

  private async makeOrDropOnce(path: string): Promise<void> {
    if (this.asides.has(path)) return;
    if (!unsavedPaths().includes(path)) {
      await this.drop(path);
      return;
    }
    const content = this.capture(path);
    if (content === null) return;
    const target = this.targets.now(path) ?? (await this.targets.find(path));
    if (target === null) this.setState(path, { kind: "failed", code: "locked" });
    // The editor may have been saved or closed meanwhile. A lock makes a draft by itself.
    else if (unsavedPaths().includes(path) && !this.asides.has(path)) {
      await this.makeOf(path, target, content);
      if (!unsavedPaths().includes(path)) await this.drop(path);
    }
  }

  /** Makes a draft of captured content. @returns false if it failed; the state says so. */
  private async makeOf(
    path: string,
    target: DraftTarget,
    content: () => Promise<Uint8Array>,
  ): Promise<boolean> {
    let bytes: Uint8Array | null = null;
    const aside = this.asides.get(path);
    try {
      bytes = await content();
      // A lock has taken newer text meanwhile.
      if (this.asides.get(path) !== aside) return false;
      await this.make(path, target, bytes);
      // A draft that was set aside no longer belongs to an editor.
      this.setState(path, this.asides.has(path) ? null : { kind: "made", at: new Date() });
      return true;
    } catch (error) {
      // The text was given up meanwhile.
      if (error instanceof AgeError && error.code === "dismissed") return false;
      this.log.failure("keep a draft of", path, error);
      this.setState(path, {
        kind: "failed",
        code: error instanceof AgeError ? error.code : "unknown",
      });
      // The disk may have room again although nobody types.
      if (!this.asides.has(path)) this.timers.retry(path);
      return false;
    } finally {
      bytes?.fill(0);
    }
  }

  /** Drops the draft of a file whose editor no longer holds unsaved text. */
  private async drop(path: string): Promise<void> {
    this.timers.stop(path);
    if (this.asides.has(path) || this.moving.has(path) || !this.states.has(path)) return;
    await this.discard(path);
    this.setState(path, null);
  }

  private async discard(path: string, session?: string): Promise<void> {
    try {
      await this.drafts.discardOwn(path, session);
    } catch (error) {
      this.log.failure("remove the draft of", path, error);
    }
  }

  private setState(path: string, state: DraftState | null): void {
    if (state === null) this.states.delete(path);
    else this.states.set(path, state);
    this.changes.fire();
  }
}
