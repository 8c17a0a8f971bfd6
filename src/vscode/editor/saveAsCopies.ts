import * as vscode from "vscode";
import { utf8Mark } from "../../age/byteOrderMark";
import { startsWith } from "../../age/bytes";
import { randomBytes, sha256Hex } from "../../age/primitives";
import { copyEncrypted } from "../../documents/files/copyEncrypted";
import type { Documents } from "../../documents/documents";
import { isUsualName } from "../../documents/disk/encryptedNames";
import { rememberedFile, rememberFile } from "../../documents/memory/memory";
import type { DocumentContext } from "../../documents/openDocument";
import type { VersionStore } from "../../documents/versions/versionStore";
import { encryptedPath } from "../uris";

/**
 * The encrypted files that Save As… makes of decrypted documents. VS Code creates an empty file
 * with the name that the user chose, reads it, writes the text into it and opens it. The name is
 * that of the encrypted file, so until then reads and writes of it go to its document.
 */
export class SaveAsCopies {
  /** The digest of each copy that still holds the old version's text; null once it has its own. */
  private readonly made = new Map<string, string | null>();

  constructor(
    private readonly documents: Documents,
    private readonly context: DocumentContext,
    private readonly versions: VersionStore,
  ) {}

  /** Tells whether Save As… has just made a file, which is read and written under its own name. */
  has(path: string): boolean {
    return this.made.has(path);
  }

  /** Keeps a copy, whose own text is saved. */
  keep(path: string): void {
    if (this.made.has(path)) this.made.set(path, null);
  }

  /** Treats a copy like any other encrypted file: its document was opened, or could not be. */
  end(path: string): void {
    this.made.delete(path);
  }

  /**
   * Makes an encrypted file for the people of the document in front, which is the one that is being
   * saved under another name. If it fails after that, the file exists and must be taken back.
   *
   * @param content - the first bytes: in a Save As… they are empty, but for a byte order mark.
   * @returns false if they are not, if no decrypted document is in front, or if VS Code would not
   * open the name in Cage's editor.
   * @throws AgeError "already-exists", and the errors of reading and writing.
   */
  async make(path: string, content: Uint8Array): Promise<boolean> {
    // VS Code opens any other name as text in the same tab, where no lock would find it.
    if (!isUsualName(path) || !startsWith(utf8Mark, content)) return false;
    const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
    const isText = input instanceof vscode.TabInputText;
    const source = isText ? encryptedPath(input.uri) : null;
    if (source === null) return false;
    const { disk, memory, keys } = this.context;
    const keeper = this.versions.keeper("copy");
    const { prompts } = keys;
    const copy = await copyEncrypted(source, path, "keep", disk, randomBytes, prompts, keeper);
    this.made.set(path, copy);
    await rememberFile(memory, path, rememberedFile(memory, source));
    const passphrase = keys.keyring.passphraseFor(source);
    if (passphrase !== null) {
      keys.keyring.rememberPassphrase(path, passphrase);
      passphrase.fill(0);
    }
    (await this.documents.read(path, "ask")).fill(0);
    return true;
  }

  /** Removes a copy while it still holds the old version's text. */
  async takeBack(path: string): Promise<void> {
    const copy = this.made.get(path) ?? null;
    if (copy === null) return;
    this.end(path);
    this.documents.forget(path);
    const { disk } = this.context;
    const release = await disk.claim(await disk.realPath(path));
    try {
      if (sha256Hex(await disk.read(path)) === copy) await disk.remove(path);
    } finally {
      await release();
    }
  }
}
