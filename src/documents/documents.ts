import { AgeError } from "../age/errors";
import type { Report } from "../strategies/strategy";
import { rememberBase, rememberedBase } from "./bases";
import { textDigest, versionDigest, type EditorText } from "./editorText";
import type { FileFacts } from "./fileFacts";
import { FileQueues } from "./fileQueues";
import { moveRemembered } from "./memory";
import { movedPath } from "./movedPath";
import { openDocument, type DocumentContext, type OpenDocument } from "./openDocument";
import { saveDocument, type Saved, type Writing } from "./saveDocument";
import { PlaintextSizes } from "./plaintextSizes";
import { SharedRead } from "./sharedRead";
import type { Asking } from "./unlock";

/** The facts of a document for a directory listing: the size is the plaintext's, without a key. */
export interface DocumentFacts extends FileFacts {
  readonly plaintextSize: number;
}

/**
 * The documents that are open. Reads of one file are one read however many ask (and so one prompt);
 * its saves queue.
 */
export class Documents {
  private readonly open = new Map<string, OpenDocument>();
  private readonly reads = new Map<string, SharedRead>();
  private readonly queues: FileQueues;
  private readonly sizes: PlaintextSizes;
  /** Versions that were read or written while an editor held another text. */
  private readonly unseen = new Map<string, Unseen>();
  /** The documents that their editors have begun to save. */
  private readonly saving = new Set<string>();
  /** True after a lock: a tab tells of the user only in a window that was never locked. */
  private isSealed = false;
  /** Ends the reads that a lock overtakes, so that they unlock nothing again. */
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
    return this.queues.run(path, () =>
      this.save(path, plaintext, this.find(path), writing, isEditors, signal),
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
   * should have.
   */
  async reencrypt(path: string, signal?: AbortSignal): Promise<Saved> {
    return this.queues.run(path, async () => {
      const { document, plaintext } = await openDocument(path, "ask", this.context, signal);
      try {
        return await this.save(path, plaintext, document, "always", false, signal);
      } finally {
        plaintext.fill(0);
      }
    });
  }

  /** Reads what a file tells without a key. @throws AgeError "not-found" when nothing is there. */
  async stat(path: string): Promise<DocumentFacts> {
    const facts = await this.context.disk.facts(path);
    if (facts?.kind !== "file")
      throw new AgeError("not-found", "the file does not exist", { path });
    return { ...facts, plaintextSize: await this.sizes.sizeOf(path, facts) };
  }

  /**
   * Tells whether the file is another version than the one that its editor shows, or may be.
   */
  async hasChanged(path: string): Promise<boolean> {
    const document = this.find(path);
    const text = this.editorText(path);
    if (document === null || (text !== null && typeof text !== "string")) return true;
    const facts = await this.context.disk.facts(path);
    const { mtime, size, ctime } = document.facts;
    return facts?.mtime !== mtime || facts.size !== size || facts.ctime !== ctime;
  }

  /**
   * Takes what is known of a file, or of those in a folder, along to the new path.
   *
   * @param unsaved - documents whose text stays at the old path, and with it what saving needs.
   */
  async moved(from: string, to: string, unsaved: readonly string[] = []): Promise<void> {
    if (from === to) return;
    const { memory, bases, keys } = this.context;
    for (const [path, document] of [...this.open]) {
      const moved = movedPath(path, from, to);
      if (moved === null || unsaved.includes(path)) continue;
      this.forget(path);
      this.unseen.delete(moved);
      this.open.set(moved, { ...document, path: moved });
      await rememberBase(bases, moved, document.ciphertext);
    }
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

  /** Forgets a document whose file was deleted. */
  forget(path: string): void {
    this.open.delete(path);
    this.unseen.delete(path);
  }

  /**
   * Forgets every document but those given (with unsaved text), and opens none without an action. A
   * read under way fails with "locked".
   *
   * @returns the files whose documents were open.
   */
  lock(except: readonly string[]): readonly string[] {
    const known = [...new Set([...this.open.keys(), ...this.unseen.keys()])];
    this.isSealed = true;
    this.locking.abort(new AgeError("locked", "the file was locked while it was opened"));
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
    const until = AbortSignal.any([this.locking.signal, ...(signal === undefined ? [] : [signal])]);
    return this.queues.run(path, async () => {
      until.throwIfAborted();
      const opened = await openDocument(path, asking, this.context, until);
      const { document, plaintext, report } = opened;
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

  private async save(
    path: string,
    plaintext: Uint8Array,
    base: OpenDocument | null,
    writing: Writing,
    isEditors: boolean,
    signal?: AbortSignal,
  ): Promise<Saved> {
    this.context.keys.keyring.touch();
    const saved = await saveDocument(path, plaintext, base, writing, this.context, signal);
    if (saved.kind === "written") {
      if (isEditors) await this.adopt(saved.document);
      else await this.keep(saved.document, plaintext);
      this.onReport(path, saved.report);
    }
    return saved;
  }

  /**
   * Tells a save of the editor from a write by somebody else, such as another extension, while the
   * editor holds unsaved text. To be called before anything is awaited: the user may type on.
   *
   * An editor whose text is not known is taken for the writer, so another extension's write under
   * its unsaved changes is not told apart. The same holds for a write that comes after a save was
   * begun and given up before it wrote.
   */
  private isWrittenByEditor(path: string, plaintext: Uint8Array): boolean {
    if (this.saving.delete(path)) return true;
    const text = this.editorText(path);
    return typeof text !== "string" || textDigest(text) === versionDigest(plaintext);
  }

  /** Makes a version the base of the next save, unless an editor holds another text, or may. */
  private async keep(document: OpenDocument, plaintext: Uint8Array): Promise<void> {
    const { path, ciphertext } = document;
    const text = this.editorText(path);
    const base = this.find(path)?.ciphertext ?? rememberedBase(this.context.bases, path);
    if (text === null || ciphertext === base) return this.adopt(document);
    if (typeof text !== "string") {
      if (!text.isUnsaved) return this.adopt(document);
      this.unseen.set(path, { document, text: null });
      return;
    }
    const version = versionDigest(plaintext);
    if (version === textDigest(text)) return this.adopt(document);
    this.unseen.set(path, { document, text: version });
  }

  private async adopt(document: OpenDocument): Promise<void> {
    const { path, ciphertext } = document;
    this.unseen.delete(path);
    this.open.set(path, document);
    await rememberBase(this.context.bases, path, ciphertext);
  }
}

/** A version that the editor of its file does not show, or may not. */
interface Unseen {
  readonly document: OpenDocument;
  /** The digest of its text; null where it cannot be compared with the editor's. */
  readonly text: string | null;
}
