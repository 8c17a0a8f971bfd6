import { plaintextSize, readAgeFile } from "../age/age";
import { utf8 } from "../age/bytes";
import { AgeError } from "../age/errors";
import type { Report } from "../strategies/strategy";
import { digest } from "./digest";
import type { FileFacts } from "./fileFacts";
import { rememberBase } from "./bases";
import { moveRemembered } from "./memory";
import { movedPath } from "./movedPath";
import { openDocument, type DocumentContext, type OpenDocument } from "./openDocument";
import { saveDocument, type Saved, type Writing } from "./saveDocument";
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
  private readonly reads = new Map<string, Reading>();
  private readonly queues = new Map<string, Promise<unknown>>();
  private readonly sizes = new Map<string, { version: string; size: number }>();
  /** Versions that were read or written while an editor held another text. */
  private readonly unseen = new Map<string, Unseen>();
  /** After Lock Now only an action of the user opens a file, though its key may lie on the machine. */
  private sealed = false;
  /** Ends the reads that a lock overtakes, so that they unlock nothing again. */
  private locking = new AbortController();

  /**
   * @param editorText - the text that an editor holds of a file, saved or not; null when none does or
   * when it is not UTF-8. What an editor's text was made from is the base of its save, whoever reads
   * or writes the file meanwhile.
   */
  constructor(
    private readonly context: DocumentContext,
    private readonly onReport: (path: string, report: Report) => void,
    private readonly editorText: (path: string) => string | null,
  ) {}

  /** The document as it was last read or written, or null when it is not open. */
  find(path: string): OpenDocument | null {
    return this.open.get(path) ?? null;
  }

  /**
   * Decrypts a file for editing.
   *
   * @returns the plaintext, the reader's own.
   * @throws AgeError; "locked" where only asking could help and it may not.
   */
  async read(path: string, asking: Asking, signal?: AbortSignal): Promise<Uint8Array> {
    const isOpen = this.open.has(path) || this.unseen.has(path);
    if (asking === "never" && this.sealed && !isOpen) {
      throw new AgeError("locked", "the file is locked", { path });
    }
    // An overdue lock comes before the read, which it would end otherwise.
    if (asking === "ask") this.context.keys.keyring.touch();
    for (let running = this.reads.get(path); running; running = this.reads.get(path)) {
      const shared = await outcomeFor(running, asking, signal);
      if (shared !== null) return shared.slice();
    }
    const result = this.readOnce(path, asking, signal).finally(() => {
      if (this.reads.get(path)?.result === result) this.reads.delete(path);
    });
    this.reads.set(path, { asking, signal, result });
    return (await result).slice();
  }

  /** Saves the plaintext of a document, after the saves of it that are under way. */
  async write(
    path: string,
    plaintext: Uint8Array,
    writing: Writing,
    signal?: AbortSignal,
  ): Promise<Saved> {
    return this.queued(path, () => this.save(path, plaintext, this.find(path), writing, signal));
  }

  /**
   * To be told when an editor's text changes to one without unsaved edits: where it is a version that
   * was read meanwhile, that becomes the base of the next save.
   */
  async settled(path: string): Promise<void> {
    const unseen = this.unseen.get(path);
    const text = unseen === undefined ? null : this.editorText(path);
    if (unseen === undefined || text === null || textDigest(text) !== unseen.text) return;
    await this.adopt(unseen.document);
  }

  /**
   * Encrypts a file as it stands on the disk anew, with a fresh file key, to the recipients that it
   * should have.
   */
  async reencrypt(path: string, signal?: AbortSignal): Promise<Saved> {
    return this.queued(path, async () => {
      const { document, plaintext } = await openDocument(path, "ask", this.context, signal);
      try {
        return await this.save(path, plaintext, document, "always", signal);
      } finally {
        plaintext.fill(0);
      }
    });
  }

  /** What is known of a file without a key. @throws AgeError "not-found" when nothing is there. */
  async stat(path: string): Promise<DocumentFacts> {
    const facts = await this.context.disk.facts(path);
    if (facts?.kind !== "file")
      throw new AgeError("not-found", "the file does not exist", { path });
    return { ...facts, plaintextSize: await this.plaintextSize(path, facts) };
  }

  /** Whether the file is another version than the one that was read or written last. */
  async hasChanged(path: string): Promise<boolean> {
    const document = this.find(path);
    if (document === null) return true;
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
   */
  lock(except: readonly string[]): void {
    this.sealed = true;
    this.locking.abort(new AgeError("locked", "the file was locked while it was opened"));
    this.locking = new AbortController();
    this.reads.clear();
    this.unseen.clear();
    for (const path of this.open.keys()) if (!except.includes(path)) this.open.delete(path);
  }

  private async readOnce(path: string, asking: Asking, signal?: AbortSignal): Promise<Uint8Array> {
    const until = AbortSignal.any([this.locking.signal, ...(signal === undefined ? [] : [signal])]);
    return this.queued(path, async () => {
      until.throwIfAborted();
      const opened = await openDocument(path, asking, this.context, until);
      const { document, plaintext, report } = opened;
      try {
        until.throwIfAborted();
        await this.keep(document, plaintext);
        until.throwIfAborted();
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
    signal?: AbortSignal,
  ): Promise<Saved> {
    this.context.keys.keyring.touch();
    const saved = await saveDocument(path, plaintext, base, writing, this.context, signal);
    if (saved.kind === "written") {
      await this.keep(saved.document, plaintext);
      this.onReport(path, saved.report);
    }
    return saved;
  }

  /** Makes a version the base of the next save, unless an editor holds another text. */
  private async keep(document: OpenDocument, plaintext: Uint8Array): Promise<void> {
    const text = this.editorText(document.path);
    if (text === null) return this.adopt(document);
    const version = textDigest(new TextDecoder().decode(plaintext));
    if (version === textDigest(text)) return this.adopt(document);
    this.unseen.set(document.path, { document, text: version });
  }

  private async adopt(document: OpenDocument): Promise<void> {
    const { path, ciphertext } = document;
    this.unseen.delete(path);
    this.open.set(path, document);
    await rememberBase(this.context.bases, path, ciphertext);
  }

  private async plaintextSize(path: string, facts: FileFacts): Promise<number> {
    const version = `${facts.mtime} ${facts.ctime} ${facts.size}`;
    const cached = this.sizes.get(path);
    if (cached?.version === version) return cached.size;
    const file = await readAgeFile(this.context.disk.stream(path));
    const size = await plaintextSize(file, facts.size);
    this.sizes.set(path, { version, size });
    return size;
  }

  /** Runs a task on a file after those that are waiting for it, whether they failed or not. */
  private async queued<T>(path: string, task: () => Promise<T>): Promise<T> {
    const before = this.queues.get(path) ?? Promise.resolve();
    const result = before.then(task, task);
    const settled = result.catch(() => undefined);
    this.queues.set(path, settled);
    try {
      return await result;
    } finally {
      if (this.queues.get(path) === settled) this.queues.delete(path);
    }
  }
}

/** A version that the editor of its file does not show. */
interface Unseen {
  readonly document: OpenDocument;
  /** The digest of its text, as `textDigest` tells it. */
  readonly text: string;
}

/** Tells texts apart as an editor does, which keeps the byte order mark and line ends for itself. */
function textDigest(text: string): string {
  return digest(utf8(text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n")));
}

/** A read under way. */
interface Reading {
  readonly asking: Asking;
  readonly signal: AbortSignal | undefined;
  readonly result: Promise<Uint8Array>;
}

/**
 * What a read under way brings another reader; null where it failed for a reason that is not the
 * other's: it was not allowed to ask, or it was cancelled.
 */
async function outcomeFor(
  { asking: mayAsk, signal: cancel, result }: Reading,
  asking: Asking,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | null> {
  try {
    return await result;
  } catch (error) {
    if (mayAsk === "never" && asking === "ask") return null;
    if (cancel?.aborted === true && signal?.aborted !== true) return null;
    throw error;
  }
}
