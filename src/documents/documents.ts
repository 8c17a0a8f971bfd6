import { anySignal } from "../age/anySignal";
import { AgeError } from "../age/errors";
import type { Report } from "../strategies/strategy";
import { AgreedChanges } from "./questions/agreedChanges";
import { rememberBase, rememberedBase } from "./memory/bases";
import {
  digestOfVersion,
  type EditorText,
  isTextOf,
  textDigest,
  versionDigest,
} from "./memory/editorText";
import { FileQueues } from "./disk/fileQueues";
import { isAnotherVersion } from "./foreignChange";
import { moveRemembered } from "./memory/memory";
import { movedPath } from "./disk/movedPath";
import { openDocument, type DocumentContext, type OpenDocument } from "./openDocument";
import { saveDocument, type Saved, type Writing } from "./saveDocument";
import { PlaintextSizes } from "./disk/plaintextSizes";
import { SharedRead } from "./sharedRead";
import type { Asking } from "./questions/asking";

/** The open documents. Readers of one file share one read, and so one prompt; its saves queue. */
export class Documents {
  private readonly open = new Map<string, OpenDocument>();
  private readonly reads = new Map<string, SharedRead>();
  private readonly queues: FileQueues;
  /** The sizes of plaintexts, which need no key. */
  readonly sizes: PlaintextSizes;
  /** The versions that editors do not show; `text` is null if an editor's own text is unknown. */
  private readonly unseen = new Map<string, { document: OpenDocument; text: string | null }>();
  /** The documents that their editors have begun to save. */
  private readonly saving = new Set<string>();
  /** True after the first lock. From then on a tab does not prove that the user opened the file. */
  private isSealed = false;
  /** Aborts work under way at a lock: it must not unlock or open anything again. */
  private locking = new AbortController();

  /**
   * @param editorText - returns an editor's text of a file. The version that it was made from stays
   * the base of its save, even if others read or write the file meanwhile.
   * @param isShown - tells whether a tab of this window shows the document of a file.
   */
  constructor(
    private readonly context: DocumentContext,
    private readonly onReport: (path: string, report: Report) => void,
    private readonly editorText: (path: string) => EditorText,
    private readonly isShown: (path: string) => boolean = () => false,
  ) {
    this.queues = new FileQueues(context.disk);
    this.sizes = new PlaintextSizes(context.disk);
  }

  /** Returns the document as it was last read or written, or null if it is not open. */
  find(path: string): OpenDocument | null {
    return this.open.get(path) ?? null;
  }

  /**
   * Decrypts a file for editing. A read in the background, which may not ask, succeeds only if the
   * user has opened the file since the last lock. Before the first lock it is enough that a tab of
   * this window shows the file, so that tabs come back after a reload.
   *
   * @returns the plaintext, which belongs to the caller.
   * @throws AgeError; "locked" if only an action of the user could help.
   */
  async read(path: string, asking: Asking, signal?: AbortSignal): Promise<Uint8Array> {
    // An overdue lock must come before the read, or it would end the read.
    if (asking === "ask") this.context.keys.keyring.touch();
    for (let running = this.reads.get(path); running; running = this.reads.get(path)) {
      const shared = await running.copyFor(asking, signal);
      if (shared !== null) return shared;
    }
    const isOpen = this.open.has(path) || this.unseen.has(path);
    const isRestored = asking === "never" && !isOpen;
    if (isRestored && (this.isSealed || !this.isShown(path))) {
      const isThere = (await this.context.disk.facts(path)) !== null;
      if (!isThere) throw new AgeError("not-found", "the file does not exist", { path });
      throw new AgeError("locked", "the file is locked", { path });
    }
    const result = this.readOnce(path, asking, isRestored, signal).finally(() => {
      if (this.reads.get(path) === reading) this.reads.delete(path);
    });
    const reading = new SharedRead(asking, signal, result);
    this.reads.set(path, reading);
    return reading.copy();
  }

  /** Announces that an editor saves its document: the next write of the file is the editor's. */
  willSave(path: string): void {
    this.saving.add(path);
  }

  /** Saves the plaintext of a document, after the saves of it that are under way. */
  async write(
    path: string,
    plaintext: Uint8Array,
    writing: Writing,
    signal?: AbortSignal,
  ): Promise<Saved> {
    const isEditors = this.isWrittenByEditor(path, plaintext);
    const locking = this.locking.signal;
    return this.queues.run(path, () =>
      this.save(path, plaintext, this.find(path), writing, isEditors, locking, signal),
    );
  }

  /**
   * Handles the end of an editor's unsaved edits. A version that was read meanwhile becomes the
   * base of the next save if the editor shows its text.
   *
   * @returns true if the editor must read the file again because its text is unknown.
   */
  async settled(path: string): Promise<boolean> {
    const unseen = this.unseen.get(path);
    const text = unseen === undefined ? null : this.editorText(path);
    if (unseen === undefined || text === null) return false;
    if (typeof text !== "string") return !text.isUnsaved;
    if (textDigest(text) === unseen.text) await this.adopt(unseen.document);
    return false;
  }

  /**
   * Encrypts the file's present version again, with a fresh file key, to the recipients that it
   * should have. It opens no document.
   *
   * @param agreed - the changes that the user approves for other files, too.
   * @throws AgeError "locked" if a lock comes before the file is written.
   */
  async reencrypt(path: string, signal?: AbortSignal, agreed?: AgreedChanges): Promise<Saved> {
    // As with a read, an overdue lock comes first.
    this.context.keys.keyring.touch();
    const until = anySignal(this.locking.signal, signal);
    return this.queues.run(path, async () => {
      until.throwIfAborted();
      const { document, plaintext } = await openDocument(path, "ask", this.context, until);
      try {
        return await this.save(path, plaintext, document, "always", false, until, until, agreed);
      } catch (error) {
        until.throwIfAborted();
        throw error;
      } finally {
        plaintext.fill(0);
      }
    });
  }

  /** Tells whether a file may be another version than its editor shows, after all saves. */
  hasChanged(path: string): Promise<boolean> {
    return this.queues.run(path, async () => {
      const document = this.find(path);
      const text = this.editorText(path);
      if (document === null || (text !== null && typeof text !== "string")) return true;
      return isAnotherVersion(document, this.context.disk);
    });
  }

  /**
   * Moves the facts about a file, or about the files in a folder, to the new path.
   *
   * @param unsaved - the documents whose text stays at the old path, and with it all that a save
   * needs.
   */
  async moved(from: string, to: string, unsaved: readonly string[] = []): Promise<void> {
    if (from === to) return;
    const { memory, bases, keys } = this.context;
    const open = [...this.open.values()].flatMap((document) => {
      const moved = unsaved.includes(document.path) ? null : movedPath(document.path, from, to);
      return moved === null ? [] : [{ document, moved }];
    });
    // All at once, since a lock may come at every await.
    for (const { document, moved } of open) {
      this.forget(document.path);
      this.unseen.delete(moved);
      this.open.set(moved, { ...document, path: moved });
    }
    for (const { document, moved } of open) await rememberBase(bases, moved, document.ciphertext);
    for (const path of keys.keyring.passphraseFiles()) {
      const moved = movedPath(path, from, to);
      const held = moved === null ? null : keys.keyring.passphraseFor(path);
      if (moved === null || held === null) continue;
      keys.keyring.rememberPassphrase(moved, held);
      if (!unsaved.includes(path)) keys.keyring.forgetPassphrase(path);
      held.fill(0);
    }
    await moveRemembered(memory, from, to, unsaved);
  }

  /** Makes an earlier version the base of the next save, until its text is undone in the editor. */
  async rebase(path: string, base: string): Promise<void> {
    const document = this.find(path);
    if (document !== null) {
      const text = digestOfVersion(this.editorText(path), document.plaintext);
      if (text !== null) this.unseen.set(path, { document, text });
      this.open.set(path, { ...document, ciphertext: base, plaintext: "" });
    }
    await rememberBase(this.context.bases, path, base);
  }

  /** Forgets a document whose file was deleted, or whose tab a lock closed. */
  forget(path: string): void {
    this.open.delete(path);
    this.unseen.delete(path);
  }

  /**
   * Forgets all documents except those given, which have unsaved text. Only the user's actions open
   * documents from now on. A read under way fails with "locked"; a save continues.
   *
   * @returns the files whose documents were open.
   */
  lock(except: readonly string[]): readonly string[] {
    const known = [...new Set([...this.open.keys(), ...this.unseen.keys()])];
    this.isSealed = true;
    this.locking.abort(new AgeError("locked", "the file was locked meanwhile"));
    this.locking = new AbortController();
    this.reads.clear();
    this.unseen.clear();
    this.saving.clear();
    for (const path of this.open.keys()) if (!except.includes(path)) this.open.delete(path);
    return known;
  }

  private async readOnce(
    path: string,
    asking: Asking,
    isRestored: boolean,
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    const until = anySignal(this.locking.signal, signal);
    return this.queues.run(path, async () => {
      until.throwIfAborted();
      const { document, plaintext, report } = await openDocument(path, asking, this.context, until);
      try {
        until.throwIfAborted();
        // Nobody can edit the text before VS Code has stored its base, so the read does not wait.
        void this.keep(document, plaintext).catch(() => undefined);
        // The tab shows plaintext from now on, so idle time begins.
        if (isRestored) this.context.keys.keyring.unlock();
      } catch (error) {
        plaintext.fill(0);
        throw error;
      }
      this.onReport(path, report);
      return plaintext;
    });
  }

  private async save(
    path: string,
    plaintext: Uint8Array,
    base: OpenDocument | null,
    writing: Writing,
    isEditors: boolean,
    locking: AbortSignal,
    signal?: AbortSignal,
    agreed = new AgreedChanges(1),
  ): Promise<Saved> {
    this.context.keys.keyring.touch();
    const context = writing === "always" ? { ...this.context, agreed } : this.context;
    const saved = await saveDocument(path, plaintext, base, writing, context, signal);
    if (saved.kind === "written") {
      const isShown = !this.isSealed && this.editorText(path) !== null;
      const mayOpen = !locking.aborted && (isEditors || this.unseen.has(path) || isShown);
      if (isEditors) await this.adopt(saved.document, mayOpen);
      else await this.keep(saved.document, plaintext, mayOpen);
      this.onReport(path, saved.report);
    }
    return saved;
  }

  /**
   * Tells whether the editor writes, and not something else such as another extension. If a save
   * was begun and given up, the next write counts as the editor's. Must run before any await: the
   * user may type on.
   */
  private isWrittenByEditor(path: string, plaintext: Uint8Array): boolean {
    return this.saving.delete(path) || isTextOf(this.editorText(path), plaintext);
  }

  /** Makes a version the next save's base at once, unless an editor holds, or may hold, another. */
  private keep(document: OpenDocument, plaintext: Uint8Array, mayOpen = true): Promise<void> {
    const { path, ciphertext } = document;
    const text = this.editorText(path);
    const base = this.find(path)?.ciphertext ?? rememberedBase(this.context.bases, path);
    const version = typeof text === "string" ? versionDigest(plaintext) : null;
    const isOthers = typeof text === "string" ? textDigest(text) !== version : text?.isUnsaved;
    if (ciphertext === base || isOthers !== true) return this.adopt(document, mayOpen);
    if (mayOpen || this.open.has(path)) this.unseen.set(path, { document, text: version });
    return Promise.resolve();
  }

  /** Makes a version the base. @param mayOpen - true to open it; an open document stays open. */
  private adopt(document: OpenDocument, mayOpen = true): Promise<void> {
    const { path, ciphertext } = document;
    this.unseen.delete(path);
    if (mayOpen || this.open.has(path)) this.open.set(path, document);
    return rememberBase(this.context.bases, path, ciphertext);
  }
}
