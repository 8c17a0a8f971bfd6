import { rememberedBase } from "../memory/bases";
import type { Documents } from "../documents";
import type { DraftKey } from "../unlocking/draftKey";
import { openDocument, type DocumentContext } from "../openDocument";

/** The version and the key that a draft of unsaved text is made for. */
export interface DraftTarget {
  /** The digest of the version that the text was made from. */
  readonly base: string;
  readonly key: DraftKey;
}

/** Finds the targets of drafts of open documents. */
export class DraftTargets {
  /** Those of documents whose editors outlived the extension host, until a lock. */
  private readonly found = new Map<string, DraftTarget>();

  constructor(
    private readonly documents: Documents,
    private readonly context: DocumentContext,
  ) {}

  /** The target of a document that is open; null for any other. It asks and reads nothing. */
  now(path: string): DraftTarget | null {
    const document = this.documents.find(path);
    if (document === null) return this.found.get(path) ?? null;
    return { base: document.ciphertext, key: document.draftKey };
  }

  /**
   * Finds the target of a document whose editor outlived the extension host: its file is opened in
   * the background, without a question.
   *
   * @returns null where no key at hand opens it.
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

  /** Forgets what was found, for a lock. */
  clear(): void {
    this.found.clear();
  }
}
