import * as vscode from "vscode";
import { startsWith } from "../../age/bytes";
import { randomBytes } from "../../age/primitives";
import { copyEncrypted } from "../../documents/files/copyEncrypted";
import { digest } from "../../documents/disk/digest";
import type { Documents } from "../../documents/documents";
import { isUsualName } from "../../documents/disk/encryptedNames";
import { rememberedFile, rememberFile } from "../../documents/memory/memory";
import type { DocumentContext } from "../../documents/openDocument";
import type { VersionStore } from "../../documents/versions/versionStore";
import { encryptedPath } from "../uris";

/**
 * The encrypted files that Save As… makes of decrypted documents. VS Code makes an empty file of
 * the name that the user chose, reads it, writes the text into it and opens it. That name is the
 * encrypted file's, so until then it reads and takes text as its document does.
 */
export class SaveAsCopies {
  /**
   * The digest of each copy that holds the text of the version before; null once it has its own.
   */
  private readonly made = new Map<string, string | null>();

  constructor(
    private readonly documents: Documents,
    private readonly context: DocumentContext,
    private readonly versions: VersionStore,
  ) {}

  /** Tells whether Save As… has just made a file, which reads and takes text under its own name. */
  has(path: string): boolean {
    return this.made.has(path);
  }

  /** Keeps a copy: its own text is saved. */
  keep(path: string): void {
    if (this.made.has(path)) this.made.set(path, null);
  }

  /**
   * Makes a copy an encrypted file like any other: its document has been opened, or could not be.
   */
  end(path: string): void {
    this.made.delete(path);
  }

  /**
   * Makes an encrypted file for the people of the document in front, which is the one that is saved
   * under another name. Where it throws after that, the file is there, to be taken back.
   *
   * @param content - empty, as VS Code begins: anything else is not from Save As….
   * @returns false if that is not so, if no decrypted document is in front, or if VS Code would not
   * give the name to Cage's editor.
   * @throws AgeError "already-exists", and those of reading and writing.
   */
  async make(path: string, content: Uint8Array): Promise<boolean> {
    // VS Code opens any other name as text in place, where no lock would find it.
    if (!isUsualName(path) || !startsWith(byteOrderMark, content)) return false;
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

  /** Takes a copy back while it holds the text of the version before. */
  async takeBack(path: string): Promise<void> {
    const copy = this.made.get(path) ?? null;
    if (copy === null) return;
    this.end(path);
    this.documents.forget(path);
    const { disk } = this.context;
    const release = await disk.claim(await disk.realPath(path));
    try {
      if (digest(await disk.read(path)) === copy) await disk.remove(path);
    } finally {
      await release();
    }
  }
}

/** The whole of what VS Code writes first where texts begin with a byte order mark. */
const byteOrderMark = Uint8Array.of(0xef, 0xbb, 0xbf);
