import { AgeError } from "../age/errors";
import type { Report } from "../strategies/strategy";
import { AgreedChanges } from "./questions/agreedChanges";
import { rememberBase, rememberedBase } from "./memory/bases";
import { digestOfVersion, isTextOf, textDigest, versionDigest } from "./memory/editorText";
import type { EditorText } from "./memory/editorText";
import { FileQueues } from "./disk/fileQueues";
import { isAnotherVersion } from "./foreignChange";
import { moveRemembered } from "./memory/memory";
import { movedPath } from "./disk/movedPath";
import { openDocument, type DocumentContext, type OpenDocument } from "./openDocument";
import { saveDocument, type Saved, type Writing } from "./saveDocument";
import { PlaintextSizes } from "./disk/plaintextSizes";
import { SharedRead } from "./sharedRead";
import type { Asking } from "./questions/keySources";

/**
 * The documents that are open. Reads of one file are one read however many ask (and so one prompt);
 * its saves queue.
 */
export class Documents {
  private readonly open = new Map<string, OpenDocument>();
  private readonly reads = new Map<string, SharedRead>();
  private readonly queues: FileQueues;
  /** The sizes of plaintexts, which files tell without a key. */
  readonly sizes: PlaintextSizes;
  /** Versions that their editors do not show, or may not: then the text's digest is null. */
  private readonly unseen = new Map<string, { document: OpenDocument; text: string | null }>();
  /** The documents that their editors have begun to save. */
  private readonly saving = new Set<string>();
  /** True after a lock: a tab tells of the user only in a window that was never locked. */
  private isSealed = false;
  /** Tells of a lock what is under way: it unlocks and opens nothing again. */
  private locking = new AbortController();

  /**
   * @param editorText - the text that an editor holds of a file. What it was made from is the base
   * of its save, whoever reads or writes the file meanwhile.
   * @param isShown - whether a tab of this window shows the document of a file.
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

  /** The document as it was last read or written, or null when it is not open. */
  find(path: string): OpenDocument | null {
    return this.open.get(path) ?? null;
  }

  /**
   * Decrypts a file for editing. A read that may not ask is one in the background: it gets a file
   * that the user has opened since the last lock. Before the first lock it also gets one that a tab
   * of this window shows: so tabs come back when the window was reloaded.
   *
   * @returns the plaintext, the reader's own.
   * @throws AgeError; "locked" where only an action of the user could help.
   */
  async read(path: string, asking: Asking, signal?: AbortSignal): Promise<Uint8Array> {
    // An overdue lock comes before the read, which it would end otherwise.
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

  /** Tells that an editor is about to save its document: the next write of the file is its. */
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
   * Takes note that an editor has no unsaved edits any more. A version that was read meanwhile
   * becomes the base of the next save where the editor's text is that version's.
   *
   * @returns true if the editor has to read the file again: its text can't be told.
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
   * Encrypts a file as it stands on the disk anew, with a fresh file key, to the recipients that it
   * should have. It opens nothing.
   *
   * @param agreed - what the user agrees to for other files as well.
   * @throws AgeError "locked" where a lock comes before the file is written.
   */
  async reencrypt(path: string, signal?: AbortSignal, agreed?: AgreedChanges): Promise<Saved> {
    // As with a read, an overdue lock comes first.
    this.context.keys.keyring.touch();
    const until = this.untilLock(signal);
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

  /**
   * Tells whether a file is another version than its editor shows, or may be, once saves are done.
   */
  hasChanged(path: string): Promise<boolean> {
    return this.queues.run(path, async () => {
      const document = this.find(path);
      const text = this.editorText(path);
      if (document === null || (text !== null && typeof text !== "string")) return true;
      return isAnotherVersion(document, this.context.disk);
    });
  }

  /**
   * Takes what is known of a file, or of those in a folder, along to the new path.
   *
   * @param unsaved - documents whose text stays at the old path, and with it what saving needs.
   */
  async moved(from: string, to: string, unsaved: readonly string[] = []): Promise<void> {
    if (from === to) return;
    const { memory, bases, keys } = this.context;
    const open = [...this.open.values()].flatMap((document) => {
      const moved = unsaved.includes(document.path) ? null : movedPath(document.path, from, to);
      return moved === null ? [] : [{ document, moved }];
    });
    // All at once, since a lock may come with every wait.
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
   * Forgets every document but those given (with unsaved text), and opens none without an action. A
   * read under way fails with "locked"; a save goes on.
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
    const until = this.untilLock(signal);
    return this.queues.run(path, async () => {
      until.throwIfAborted();
      const { document, plaintext, report } = await openDocument(path, asking, this.context, until);
      try {
        until.throwIfAborted();
        await this.keep(document, plaintext);
        until.throwIfAborted();
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

  private untilLock(signal?: AbortSignal): AbortSignal {
    return AbortSignal.any([this.locking.signal, ...(signal === undefined ? [] : [signal])]);
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
   * Tells a save of the editor from a write by somebody else, such as another extension, while the
   * editor holds unsaved text. To be called before anything is awaited: the user may type on.
   */
  private isWrittenByEditor(path: string, plaintext: Uint8Array): boolean {
    return this.saving.delete(path) || isTextOf(this.editorText(path), plaintext);
  }

  /** Makes a version the base of the next save, unless an editor holds another text, or may. */
  private async keep(document: OpenDocument, plaintext: Uint8Array, mayOpen = true): Promise<void> {
    const { path, ciphertext } = document;
    const text = this.editorText(path);
    const base = this.find(path)?.ciphertext ?? rememberedBase(this.context.bases, path);
    const version = typeof text === "string" ? versionDigest(plaintext) : null;
    const isOthers = typeof text === "string" ? textDigest(text) !== version : text?.isUnsaved;
    if (ciphertext === base || isOthers !== true) return this.adopt(document, mayOpen);
    if (mayOpen || this.open.has(path)) this.unseen.set(path, { document, text: version });
  }

  /** @param mayOpen - whether the document becomes open; one that is open stays it. */
  private async adopt(document: OpenDocument, mayOpen = true): Promise<void> {
    const { path, ciphertext } = document;
    this.unseen.delete(path);
    if (mayOpen || this.open.has(path)) this.open.set(path, document);
    await rememberBase(this.context.bases, path, ciphertext);
  }
}
