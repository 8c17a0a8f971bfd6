import * as vscode from "vscode";
import { AgeError } from "../../age/errors";
import { openDocument, type DocumentContext } from "../../documents/openDocument";
import { Disposable } from "../dispose";
import { quotedDocument } from "../wording/foreignText";
import { comparisonScheme } from "../tabs";
import { ShownTexts } from "./shownTexts";
import { documentUri } from "../uris";

/** The URI of a file's decrypted text in a comparison. */
export function comparisonUri(path: string): vscode.Uri {
  return documentUri(path).with({ scheme: comparisonScheme });
}

/** A function that reads the plaintext of one side of a comparison. */
type Reader = (signal: AbortSignal) => Promise<Uint8Array>;

/**
 * Shows the edited text of a document beside another text, such as that of the file on the disk.
 */
export class DiskComparison extends Disposable {
  private readonly texts = this.register(new ShownTexts(comparisonScheme));
  /** Ends a comparison that is under way when a lock comes. */
  private locking = new AbortController();

  constructor(private readonly context: DocumentContext) {
    super();
  }

  /**
   * Opens the comparison of a file, or of another version of it, with the document.
   *
   * @param copy - another version of the file, shown instead of the one on the disk.
   * @param copyTitle - the copy's name in the title; by default that of its file.
   * @throws AgeError if a version can't be decrypted; "locked" if a lock comes first.
   */
  async show(path: string, copy?: string, copyTitle?: string): Promise<void> {
    const name = quotedDocument(path);
    const title =
      copy === undefined
        ? `${name}: on the disk ↔ your text`
        : `${copyTitle ?? quotedDocument(copy)} ↔ ${name}`;
    const uri = comparisonUri(copy ?? path);
    await this.present(path, { uri, age: "earlier", title }, this.readerOf(copy ?? path));
  }

  /**
   * Shows a text beside the document of a file, the later one on the right.
   *
   * @param uri - the URI of the text, in the scheme of comparisons.
   * @param age - "earlier" if the text is older than the document's.
   * @param read - a function that reads the text, whose bytes are zeroed afterwards.
   * @throws AgeError as `read` does; "locked" if a lock comes first.
   */
  async present(
    path: string,
    { uri, age, title }: { uri: vscode.Uri; age: "earlier" | "later"; title: string },
    read: Reader,
  ): Promise<void> {
    await this.provide(uri, read);
    const document = documentUri(path);
    const sides = age === "earlier" ? [uri, document] : [document, uri];
    await vscode.commands.executeCommand("vscode.diff", ...sides, title);
  }

  /** Shows a version of a file that is gone or can't be opened any more. @throws as `show` does. */
  async showAlone(copy: string): Promise<void> {
    await this.presentAlone(comparisonUri(copy), this.readerOf(copy));
  }

  /** Shows a text by itself. It takes the same `read` as `present`, and throws the same. */
  async presentAlone(uri: vscode.Uri, read: Reader): Promise<void> {
    await this.provide(uri, read);
    await vscode.commands.executeCommand("vscode.open", uri, { preview: true });
  }

  private readerOf(path: string): Reader {
    return async (signal) => (await openDocument(path, "ask", this.context, signal)).plaintext;
  }

  /** Sets the text of a URI. */
  private async provide(uri: vscode.Uri, read: Reader): Promise<void> {
    // An overdue lock comes now: later it would end this comparison.
    this.context.keys.keyring.touch();
    const { signal } = this.locking;
    const plaintext = await read(signal);
    try {
      signal.throwIfAborted();
      this.texts.set(uri, new TextDecoder().decode(plaintext));
    } finally {
      plaintext.fill(0);
    }
  }

  /**
   * Forgets the texts of all comparisons, for a lock. Those that VS Code still holds become empty.
   * A comparison that is under way fails with "locked".
   */
  clear(): void {
    this.locking.abort(new AgeError("locked", "the file was locked meanwhile"));
    this.locking = new AbortController();
    this.texts.clear();
  }
}
