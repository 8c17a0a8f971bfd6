import * as vscode from "vscode";
import { AgeError, isDamage } from "../../age/errors";
import { sha256Hex } from "../../age/primitives";
import type { Documents } from "../../documents/documents";
import { nullWhenRefused } from "../../documents/disk/diskFailures";
import type { FoundDraft } from "../../documents/drafts/draftStore";
import type { Drafts } from "../../documents/drafts/drafts";
import { presentDraft } from "../../documents/drafts/presentDraft";
import type { Asking } from "../../documents/questions/asking";
import { reportFailure } from "../failures";
import { Disposable } from "../dispose";
import { unsavedPaths } from "../editorTexts";
import type { Log } from "../log";
import { isShown } from "../tabs";
import { documentUri, encryptedPath } from "../uris";
import type { DraftComparison } from "./draftComparison";
import type { DraftKeeper } from "./draftKeeper";
import { buttonsOf, draftButtons, draftMessage, type DraftNews } from "../wording/draftText";
import { revertEditor } from "../editor/revertEditor";
import type { StrandedDraftOffers } from "./strandedDraftOffers";
import {
  applyContent,
  captureContent,
  isUnread,
  unfitEncoding,
  untilShown,
  untilUnsaved,
} from "./unsavedContent";

/** The pauses, in milliseconds, before each further check whether a draft's process has ended. */
const pauses = [250, 500, 1000, 1500, 2000];

/** Puts drafts back into their documents, and reports those that can't be. */
export class DraftOffers extends Disposable {
  /** The files whose drafts are being looked for. */
  private readonly looking = new Set<string>();
  /** The drafts put back here, by file: this window's editors now hold their text. */
  private readonly adopted = new Map<string, FoundDraft>();
  /** The messages on the screen, each with its draft. */
  private readonly told = new Set<string>();

  constructor(
    private readonly documents: Documents,
    private readonly drafts: Drafts,
    private readonly keeper: DraftKeeper,
    private readonly comparison: DraftComparison,
    private readonly stranded: StrandedDraftOffers,
    private readonly isReadOnly: (path: string) => Promise<boolean>,
    private readonly log: Log,
  ) {
    super();
    const look = (uri: vscode.Uri): void => {
      const path = encryptedPath(uri);
      if (path !== null) void this.look(path);
    };
    this.register(
      vscode.workspace.onDidOpenTextDocument(({ uri }) => {
        look(uri);
      }),
    );
    this.register(
      vscode.workspace.onDidOpenNotebookDocument(({ uri }) => {
        look(uri);
      }),
    );
    this.register(
      keeper.onDidChange(() => {
        this.dropAdopted();
      }),
    );
    const { textDocuments, notebookDocuments } = vscode.workspace;
    for (const { uri } of [...textDocuments, ...notebookDocuments]) look(uri);
  }

  /**
   * Puts the newest draft of an open document back, unless another window has it. Older drafts of
   * gone windows are removed if their text is the same, as after a kill; else they are reported.
   */
  async look(path: string): Promise<void> {
    // A document without a tab, such as another extension's, gets no unsaved text.
    if (this.looking.has(path) || !isShown(path) || isUnread(path)) return;
    this.looking.add(path);
    try {
      // A lock may be writing the draft.
      await this.keeper.whenSetAside();
      const drafts = await this.found(path);
      const [newest] = drafts;
      if (newest?.of === "another window") this.tell(path, newest, { kind: "living" });
      // The other window's draft does not hide an older one, which no window shows.
      const orphan = drafts.find(({ of }) => of !== "another window");
      const draft = newest === undefined ? await this.ofEarlierName(path) : orphan;
      if (draft === undefined) return;
      await this.offer(path, draft);
      for (const older of await this.drafts.find(path)) {
        const isGone = older.of === "a window that is gone";
        if (isGone && older.file !== draft.file) await this.offer(path, older);
      }
    } catch (error) {
      this.log.failure("look for drafts of", path, error);
    } finally {
      this.looking.delete(path);
    }
  }

  private async offer(path: string, draft: FoundDraft): Promise<void> {
    if (unsavedPaths().includes(path)) await this.lookBeside(path, draft);
    else await this.putBack(path, draft, "never");
  }

  /** Finds the drafts of a file. A living process that has the newest gets time to end. */
  private async found(path: string): Promise<readonly FoundDraft[]> {
    for (const pause of [0, ...pauses]) {
      await new Promise((done) => setTimeout(done, pause));
      const drafts = await this.drafts.find(path);
      if (drafts[0]?.of !== "another window") return drafts;
    }
    return this.drafts.find(path);
  }

  /** Finds the newest draft of this version of a file from under an earlier name. */
  private async ofEarlierName(path: string): Promise<FoundDraft | undefined> {
    const version = this.documents.find(path)?.ciphertext;
    if (version === undefined) return undefined;
    const adopted = new Set([...this.adopted.values()].map(({ file }) => file));
    const left = (await this.drafts.stranded()).filter(({ file }) => !adopted.has(file));
    const own = left.find(({ record }) => record.base === version);
    if (own === undefined) void this.stranded.tell(left);
    return own;
  }

  private async putBack(path: string, draft: FoundDraft, asking: Asking): Promise<void> {
    const { base } = draft.record;
    let content: Uint8Array;
    try {
      content = await this.drafts.open(draft, asking);
    } catch (error) {
      this.tellUnopened(path, draft, error);
      return;
    }
    try {
      await this.read(path);
      if (sha256Hex(content) === this.documents.find(path)?.plaintext) {
        await this.drafts.discard(draft);
        return;
      }
      await untilShown(path);
      const isUnsaved = unsavedPaths().includes(path);
      // A lock came meanwhile.
      if (this.documents.find(path) === null && !isUnsaved) return;
      // Only the user may discard typed text, or change a document that is read-only.
      if (asking === "never" && (isUnsaved || (await this.isReadOnly(path)))) {
        this.tellBeside(path, draft);
        return;
      }
      const encoding = await unfitEncoding(path, content);
      if (encoding !== null) {
        this.tell(path, draft, { kind: "unfit", encoding });
        return;
      }
      // The draft may have been discarded while the document was opened again.
      if (!(await this.drafts.isThere(draft))) return;
      const hasFileChanged = await this.rebase(path, base);
      if (!(await applyContent(path, content))) {
        // A document that was closed meanwhile gets it when it opens again.
        if (isShown(path)) this.tellBeside(path, draft);
        return;
      }
      // A read may have changed the base while the editor held no unsaved text.
      await this.rebase(path, base);
      await this.adopt(path, draft);
      this.tell(path, draft, { kind: "put back", hasFileChanged });
    } finally {
      content.fill(0);
    }
  }

  /** Reads the file of an editor that is older than this extension host. */
  private async read(path: string): Promise<void> {
    if (this.documents.find(path) !== null || unsavedPaths().includes(path)) return;
    (await this.documents.read(path, "never").catch(nullWhenRefused))?.fill(0);
  }

  /** Makes the save ask if the text was made from another version. @returns true if it will. */
  private async rebase(path: string, base: string): Promise<boolean> {
    if (this.documents.find(path)?.ciphertext === base) return false;
    await this.documents.rebase(path, base);
    return true;
  }

  /** Replaces a draft that was put back by this window's own. */
  private async adopt(path: string, draft: FoundDraft): Promise<void> {
    await untilUnsaved(path);
    // If VS Code has not reported the edit yet, the next opening looks again.
    if (draft.of === "this window" || !unsavedPaths().includes(path)) return;
    await this.keeper.makeOrDrop(path);
    this.adopted.set(path, draft);
    this.dropAdopted();
  }

  /**
   * Drops drafts that were put back once this window has its own, or once the text is given up. The
   * draft of another file, whose disk may only be away, is dropped when its text is saved here.
   */
  private dropAdopted(): void {
    for (const [path, draft] of [...this.adopted]) {
      const isUnsaved = unsavedPaths().includes(path);
      const isOther = draft.record.path !== path;
      if (isUnsaved && (isOther || this.keeper.stateOf(path)?.kind !== "made")) continue;
      this.adopted.delete(path);
      const version = this.documents.find(path)?.ciphertext ?? draft.record.base;
      if (isOther && version === draft.record.base) continue;
      this.drafts.discard(draft).catch((error: unknown) => {
        this.log.failure("remove a draft of", path, error);
      });
    }
  }

  /** Drops a draft with the editor's own text, as after a restart of the extension host. */
  private async lookBeside(path: string, draft: FoundDraft): Promise<void> {
    if (draft.of === "this window") return;
    // The editor's own draft is made before the other one is dropped.
    await this.keeper.makeOrDrop(path);
    const current = captureContent(path);
    const bytes = current === null ? null : await current();
    const content = await this.drafts.open(draft, "never").catch(nullWhenRefused);
    const isSame = bytes !== null && content !== null && sha256Hex(bytes) === sha256Hex(content);
    bytes?.fill(0);
    content?.fill(0);
    if (!isSame) this.tellBeside(path, draft);
    else if (this.keeper.stateOf(path)?.kind === "made") {
      await this.drafts.discard(draft);
    }
  }

  private tellBeside(path: string, draft: FoundDraft): void {
    // This window's unsaved text has a draft of its own.
    if (draft.of !== "this window") this.tell(path, draft, { kind: "beside" });
  }

  private tellUnopened(path: string, draft: FoundDraft, error: unknown): void {
    if (error instanceof AgeError && error.code === "locked") {
      this.tell(path, draft, { kind: "locked" });
    } else if (isDamage(error)) {
      this.log.failure("open the draft of", path, error);
      this.tell(path, draft, { kind: "broken", reason: error.message });
    } else reportFailure(this.log, "open the draft of", path, error);
  }

  private tell(path: string, draft: FoundDraft, news: DraftNews): void {
    const key = `${news.kind} ${draft.file} ${draft.record.made}`;
    if (this.told.has(key)) return;
    this.told.add(key);
    const message = draftMessage(path, draft.record, news);
    const show = news.kind === "broken" ? "showWarningMessage" : "showInformationMessage";
    void vscode.window[show](message, ...buttonsOf(news)).then(async (answer) => {
      // The message may come again: a dismissed question decides nothing.
      this.told.delete(key);
      try {
        await this.act(path, draft, news, answer);
      } catch (error) {
        this.tellUnopened(path, draft, error);
      }
    });
  }

  private async act(
    path: string,
    draft: FoundDraft,
    news: DraftNews,
    answer: string | undefined,
  ): Promise<void> {
    const { compare, discard, putHere, unlock, discardDraft } = draftButtons;
    if (answer === undefined) return;
    if (answer === compare && news.kind === "put back") await this.comparison.withFile(path);
    else if (answer === compare || answer === putHere || answer === unlock) {
      const isOpening = answer !== compare && !isShown(path);
      if (isOpening) {
        await openDecrypted(path);
        // A user who does not unlock the document is not asked again for its draft.
        if (this.documents.find(path) === null) return;
      }
      const present = await presentDraft(draft, this.drafts);
      if (present === null) {
        // The document may have opened with the draft's text in it.
        if (!isOpening || !unsavedPaths().includes(path)) this.tell(path, draft, { kind: "gone" });
      } else if (answer === compare) await this.comparison.ofDraft(path, present, "ask");
      else await this.putBack(path, present, "ask");
    }
    if (answer === discardDraft) await this.drafts.discard(draft);
    if (answer === discard) {
      const isGivenUp = news.kind !== "put back" || (await revertEditor(documentUri(path)));
      if (isGivenUp) await this.drafts.discard(draft);
    }
  }
}

/** Opens a document that was closed after its draft was reported. */
async function openDecrypted(path: string): Promise<void> {
  await vscode.commands.executeCommand("cage.openDecrypted", vscode.Uri.file(path));
}
