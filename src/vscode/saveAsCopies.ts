import * as vscode from "vscode";
import { randomBytes } from "../age/primitives";
import { copyEncrypted } from "../documents/copyFile";
import type { Documents } from "../documents/documents";
import { rememberedFile, rememberFile } from "../documents/memory";
import type { DocumentContext } from "../documents/openDocument";
import type { VersionStore } from "../documents/versionStore";
import { encryptedPath } from "./uris";

/**
 * The encrypted files that Save As… makes of decrypted documents. VS Code makes an empty file of the
 * name that the user chose, reads it, writes the text into it and opens it. That name is the
 * encrypted file's, so until then it reads and takes text as its document does.
 */
export class SaveAsCopies {
  private readonly made = new Set<string>();

  constructor(
    private readonly documents: Documents,
    private readonly context: DocumentContext,
    private readonly versions: VersionStore,
  ) {}

  /** Tells whether a file was just made so, and reads as a text under its own name. */
  has(path: string): boolean {
    return this.made.has(path);
  }

  /** Ends that: the document is open, under its own name. */
  end(path: string): void {
    this.made.delete(path);
  }

  /**
   * Makes an encrypted file for the people of the document in front, which is the one that is saved
   * under another name.
   *
   * @returns false if no decrypted document is in front.
   * @throws AgeError "already-exists", and those of reading and writing.
   */
  async make(path: string): Promise<boolean> {
    const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
    const isText = input instanceof vscode.TabInputText;
    const source = isText ? encryptedPath(input.uri) : null;
    if (source === null) return false;
    const { disk, memory, keys } = this.context;
    const keeper = this.versions.keeper("copy");
    await copyEncrypted(source, path, "keep", disk, randomBytes, keys.prompts, keeper);
    await rememberFile(memory, path, rememberedFile(memory, source));
    const passphrase = keys.keyring.passphraseFor(source);
    if (passphrase !== null) {
      keys.keyring.rememberPassphrase(path, passphrase);
      passphrase.fill(0);
    }
    (await this.documents.read(path, "ask")).fill(0);
    this.made.add(path);
    return true;
  }
}
