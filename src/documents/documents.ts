import { plaintextSize, readAgeFile } from "../age/age";
import { utf8 } from "../age/bytes";
import { AgeError } from "../age/errors";
import type { Report } from "../strategies/strategy";
import { digest } from "./digest";
import type { FileFacts } from "./disk";
import { rememberedFile, rememberFile } from "./memory";
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
  /** Versions that were read while an editor held unsaved text, and so are not the save's base. */
  private readonly overtaking = new Map<string, OpenDocument>();
  /** After Lock Now only an action of the user opens a file, though its key may lie on the machine. */
  private sealed = false;
  /** Ends the reads that a lock overtakes, so that they unlock nothing again. */
  private locking = new AbortController();

  /**
   * @param hasUnsavedText - whether an editor holds unsaved text of a file: what that was made from
   * stays the base of its save, whoever reads the file meanwhile.
   */
  constructor(
    private readonly context: DocumentContext,
    private readonly onReport: (path: string, report: Report) => void,
    private readonly hasUnsavedText: (path: string) => boolean,
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
    if (asking === "never" && this.sealed && !this.open.has(path)) {
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
    return this.queued(path, async () => {
      this.context.keys.keyring.touch();
      const base = this.find(path);
      const saved = await saveDocument(path, plaintext, base, writing, this.context, signal);
      if (saved.kind === "written") {
        this.open.set(path, saved.document);
        this.onReport(path, saved.report);
      }
      return saved;
    });
  }

  /**
   * An editor shows a document without unsaved text. Where that is the version that was read over
   * unsaved text (the user gave it up), that version becomes the base of the next save.
   */
  async settled(path: string, text: string): Promise<void> {
    const document = this.overtaking.get(path);
    this.overtaking.delete(path);
    // Editors keep a byte order mark apart from the text.
    const isShown = [text, `\ufeff${text}`].some(
      (shown) => digest(utf8(shown)) === document?.plaintext,
    );
    if (document !== undefined && isShown) await this.keep(document);
  }

  /** Encrypts a file anew, with a fresh file key, to the recipients that it should have. */
  async reencrypt(path: string, signal?: AbortSignal): Promise<Saved> {
    const plaintext = await this.read(path, "ask", signal);
    try {
      return await this.write(path, plaintext, "always", signal);
    } finally {
      plaintext.fill(0);
    }
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

  /** Takes what is known of a file along to its new path. */
  async moved(from: string, to: string): Promise<void> {
    const document = this.open.get(from);
    this.open.delete(from);
    this.open.delete(to);
    if (document !== undefined) this.open.set(to, { ...document, path: to });
    const remembered = rememberedFile(this.context.memory, from);
    await rememberFile(this.context.memory, to, remembered);
    await rememberFile(this.context.memory, from, null);
    const { keyring } = this.context.keys;
    const held = keyring.passphraseFor(from);
    if (held === null) return;
    keyring.rememberPassphrase(to, held);
    keyring.forgetPassphrase(from);
    held.fill(0);
  }

  /** Forgets a document whose tab was closed. */
  forget(path: string): void {
    this.open.delete(path);
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
    this.overtaking.clear();
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
        await this.keep(document);
        until.throwIfAborted();
      } catch (error) {
        plaintext.fill(0);
        throw error;
      }
      this.onReport(path, report);
      return plaintext;
    });
  }

  /** Makes a document that was read the base of the next save. */
  private async keep(document: OpenDocument): Promise<void> {
    const { path, ciphertext } = document;
    const { memory } = this.context;
    const remembered = rememberedFile(memory, path);
    const base = this.open.get(path)?.ciphertext ?? remembered?.ciphertext;
    if (base !== ciphertext && this.hasUnsavedText(path)) {
      this.overtaking.set(path, document);
      return;
    }
    this.open.set(path, document);
    if (remembered?.ciphertext === ciphertext) return;
    await rememberFile(memory, path, { ...remembered, ciphertext });
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
