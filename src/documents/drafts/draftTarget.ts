import { rememberedBase } from "../memory/bases";
import type { Documents } from "../documents";
import type { DraftKey } from "../unlocking/draftKey";
import { openDocument, type DocumentContext } from "../openDocument";

/** The version and the key for a draft of unsaved text. */
export interface DraftTarget {
  /** The digest of the version that the text was made from. */
  readonly base: string;
  readonly key: DraftKey;
}

/** Finds the targets for drafts of open documents. */
export class DraftTargets {
  /** The targets of documents whose editors outlived the extension host, until a lock. */
  private readonly found = new Map<string, DraftTarget>();

  constructor(
    private readonly documents: Documents,
    private readonly context: DocumentContext,
  ) {}

  /**
   * Returns the target of an open document, or one found earlier; otherwise null. It asks and reads
   * nothing.
   */
  now(path: string): DraftTarget | null {
    const document = this.documents.find(path);
    if (document === null) return this.found.get(path) ?? null;
    return { base: document.ciphertext, key: document.draftKey };
  }

  /**
   * Finds the target of a document whose editor outlived the extension host. It opens the file in
   * the background, without a question.
   *
   * @returns null if no key at hand opens it.
   */
  async find(path: string): Promise<DraftTarget | null> {
    try {
      const { document, plaintext } = await openDocument(path, "never", this.context);
      plaintext.fill(0);
      const base = rememberedBase(this.context.bases, path) ?? document.ciphertext;
      const target = { base, key: document.draftKey };
      this.found.set(path, target);
      return target;
    } catch {
      return null;
    }
  }

  /** Forgets the targets that it found, for a lock. */
  clear(): void {
    this.found.clear();
  }
}
