import { basename } from "node:path";
import * as vscode from "vscode";
import { AgeError } from "../../age/errors";
import { randomBytes } from "../../age/primitives";
import { copyEncrypted } from "../../documents/files/copyEncrypted";
import type { Disk } from "../../documents/disk/disk";
import type { Documents } from "../../documents/documents";
import { isEncryptedName, plainName } from "../../documents/disk/encryptedNames";
import type { WritePrompts } from "../../documents/disk/writePrompts";
import type { Versions } from "../../documents/versions/versionStore";
import { Disposable } from "../dispose";
import type { SaveAsCopies } from "./saveAsCopies";
import { DocumentMoves } from "./documentMoves";
import { EditorSaves } from "./editorSaves";
import { isAbsent } from "../wording/failureText";
import { fileSystemError } from "./fileSystemError";
import { misplacedError, saveError, tellFailedSave, tellMisplaced } from "./failedSave";
import type { FailedReads } from "./failedReads";
import { quoted } from "../wording/foreignText";
import { blankStat, folderStat, goneStat } from "./fileStats";
import { watchFile } from "./fileWatch";
import { handOver } from "./handOver";
import type { Log } from "../log";
import type { OpenRequests } from "./plaintextRequests";
import { documentUri, encryptedPath, placeOf } from "../uris";
import { unsavedPaths } from "../editorTexts";

/** The documents that must not be edited yet. */
interface ReadOnlyFiles {
  readonly onDidAllow: vscode.Event<string>;
  isReadOnly(path: string): Promise<boolean>;
}

/** The file system of decrypted documents. Only VS Code gets plaintext. */
export class CageFileSystem extends Disposable implements vscode.FileSystemProvider {
  private readonly changes = this.register(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  readonly onDidChangeFile = this.changes.event;
  private readonly saves: EditorSaves;
  /** The documents that follow files to new names. */
  readonly moves = new DocumentMoves();

  constructor(
    private readonly documents: Documents,
    private readonly disk: Disk,
    private readonly requests: OpenRequests,
    private readonly failedReads: FailedReads,
    private readonly log: Log,
    private readonly prompts: WritePrompts,
    private readonly versions: Versions,
    private readonly backups: ReadOnlyFiles,
    private readonly copies: SaveAsCopies,
    private readonly onForeignChange: (path: string) => void,
  ) {
    super();
    this.saves = this.register(
      new EditorSaves(documents, disk, requests, (path) => {
        this.refresh(path);
      }),
    );
    this.register(
      backups.onDidAllow((path) => {
        this.refresh(path);
      }),
    );
  }

  watch(uri: vscode.Uri): vscode.Disposable {
    const path = encryptedPath(uri);
    if (path === null) return new vscode.Disposable(() => undefined);
    const { Changed, Created, Deleted } = vscode.FileChangeType;
    let isGone = false;
    return watchFile(path, this.disk, (type) => {
      // If Cage can't tell, it reports a change, and VS Code looks for itself.
      const change = this.documents.hasChanged(path).catch(() => true);
      void change.then((hasChanged) => {
        if (!hasChanged && !isGone) return;
        // VS Code strikes a tab through until it hears that the file exists again.
        this.changes.fire([{ type: isGone && type === Changed ? Created : type, uri }]);
        isGone = type === Deleted;
        if (hasChanged && type === Changed) this.onForeignChange(path);
      });
    });
  }

  /** Makes VS Code read a document again. */
  refresh(path: string): void {
    this.changes.fire([{ type: vscode.FileChangeType.Changed, uri: documentUri(path) }]);
  }

  /**
   * Removes the lines of documents from the Search view, shown or hidden: the view drops what it
   * found in deleted files. Its own command to clear it works only while it shows. VS Code checks
   * itself whether a file is gone, so an editor that still holds one is not misled.
   */
  dropMatches(paths: readonly string[]): void {
    const type = vscode.FileChangeType.Deleted;
    this.changes.fire(paths.map((path) => ({ type, uri: documentUri(path) })));
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    return this.translated(uri, "stat", async () => {
      const path = this.fileOf(uri);
      if (path === null) return folderStat(placeOf(uri).path, this.disk);
      if (this.requests.isBlanked(path)) return blankStat();
      if (this.moves.isAwaited(path)) throw onItsWay(path);
      // For unsaved text VS Code gets the version that the text was made from. If a new extension
      // host does not know that version, VS Code gets an old one. Either way the save compares, and
      // asks once.
      const base = this.documents.find(path)?.facts;
      const facts = await this.documents.sizes.stat(path).catch((error: unknown) => {
        // VS Code takes text that a lock sets aside for saved, even if the file is gone.
        if (this.requests.diversionOf(path) === null) throw error;
        return null;
      });
      if (facts === null) return goneStat(base);
      const isUnsaved = unsavedPaths().includes(path);
      if (isUnsaved && base === undefined) this.saves.noteUnknown(path);
      const shown = isUnsaved ? (base ?? { ctime: 0, mtime: 0 }) : facts;
      const isWritable = facts.writable && !(await this.backups.isReadOnly(path));
      return {
        type: vscode.FileType.File,
        ctime: Math.floor(shown.ctime),
        mtime: this.saves.timeOf(path, shown.mtime),
        size: facts.plaintextSize,
        ...(isWritable ? {} : { permissions: vscode.FilePermission.Readonly }),
      };
    });
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    const place = placeOf(uri);
    return this.translated(uri, "list", async () => {
      if (place.kind === "encrypted file") {
        return [[plainName(basename(place.path)), vscode.FileType.File]];
      }
      const entries = await this.disk.list(place.path);
      return entries
        .filter(({ name, kind }) => kind === "folder" || isEncryptedName(name))
        .map(({ name }) => [name, vscode.FileType.Directory]);
    });
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const path = this.documentPath(uri);
    const left = this.requests.takePlaintext(path);
    if (left !== null) return handOver(left);
    if (this.requests.isBlanked(path)) return new Uint8Array();
    try {
      // VS Code also reads for restored tabs and after changes: only an action of the user may ask
      // for a key.
      return handOver(await this.orTakeBack(path, () => this.documents.read(path, "never")));
    } catch (error) {
      this.log.failure("read", path, error);
      this.failedReads.add(path, error);
      throw fileSystemError(error, uri);
    }
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    await this.orTakeBack(placeOf(uri).path, () => this.save(uri, content));
  }

  createDirectory(uri: vscode.Uri): void {
    // VS Code creates the folder of each file that it writes; an encrypted file comes with its
    // content.
    if (placeOf(uri).kind === "encrypted file") return;
    throw vscode.FileSystemError.NoPermissions(
      `Cage does not create folders: create ${uri.path} in the Explorer.`,
    );
  }

  async delete(uri: vscode.Uri): Promise<void> {
    const path = this.documentPath(uri);
    await this.translated(uri, "delete", () => this.disk.remove(path));
    this.documents.forget(path);
    this.changes.fire([{ type: vscode.FileChangeType.Deleted, uri }]);
  }

  async rename(from: vscode.Uri, to: vscode.Uri, { overwrite }: { overwrite: boolean }) {
    const [source, target] = [this.documentPath(from), this.documentPath(to)];
    if (this.moves.take(source, target)) return;
    await this.translated(to, "rename", async () => {
      const release = await this.disk.claim(await this.disk.realPath(target));
      try {
        if (overwrite) await this.disk.rename(source, target);
        else await this.disk.renameToFree(source, target);
      } finally {
        await release();
      }
      await this.documents.moved(source, target);
    });
    if (this.moves.note(source, target)) tellUndone(source, target);
    this.changes.fire([
      { type: vscode.FileChangeType.Deleted, uri: from },
      { type: vscode.FileChangeType.Created, uri: to },
    ]);
  }

  async copy(from: vscode.Uri, to: vscode.Uri, { overwrite }: { overwrite: boolean }) {
    const [source, target] = [this.documentPath(from), this.documentPath(to)];
    await this.translated(to, "copy", async () => {
      const old = overwrite ? await this.disk.facts(target) : null;
      const existing = old === null ? "keep" : { replace: old.version };
      const keeper = this.versions.keeper("copy");
      await copyEncrypted(source, target, existing, this.disk, randomBytes, this.prompts, keeper);
    });
    this.changes.fire([{ type: vscode.FileChangeType.Created, uri: to }]);
  }

  private async save(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const place = placeOf(uri);
    if (place.kind === "encrypted file" && this.fileOf(uri) === null) {
      // VS Code creates an empty file first, and then writes the text.
      if (await this.translated(uri, "save", () => this.copies.make(place.path, content))) return;
    }
    if (await this.isNowhere(uri)) {
      void tellMisplaced(uri);
      throw misplacedError(uri);
    }
    const path = this.documentPath(uri);
    const diversion = this.requests.diversionOf(path);
    await this.translated(uri, "save", async () => {
      if (this.requests.isBlanked(path))
        throw new AgeError("locked", "the file is locked", { path });
      if (diversion !== null) {
        await diversion(content);
        return;
      }
      const saved = await this.documents
        .write(path, content, "when changed")
        .catch((error: unknown) => {
          void tellFailedSave(path, error);
          throw error;
        });
      this.copies.keep(path);
      if (saved.kind === "reload") this.saves.giveUp(path);
    });
  }

  /** Takes a step of Save As…. If it fails, no copy with the old version's text stays. */
  private async orTakeBack<T>(path: string, step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      await this.copies.takeBack(path).catch((failure: unknown) => {
        this.log.failure("remove the copy", path, failure);
      });
      throw error;
    }
  }

  /** Finds the encrypted file that a URI reads and writes; null for none. */
  private fileOf(uri: vscode.Uri): string | null {
    const { kind, path } = placeOf(uri);
    const isCopy = kind === "encrypted file" && this.copies.has(path);
    return kind === "document" || isCopy ? path : null;
  }

  /** Finds the same file. @throws FileSystemError if there is none. */
  private documentPath(uri: vscode.Uri): string {
    const path = this.fileOf(uri);
    if (path === null) throw misplacedError(uri);
    return path;
  }

  /** Tells whether a text has no encrypted file to go into, as for Save As…. */
  private async isNowhere(uri: vscode.Uri): Promise<boolean> {
    const path = this.fileOf(uri);
    if (path === null) return true;
    if (this.requests.diversionOf(path) !== null) return false;
    return this.documents.find(path) === null && (await this.disk.facts(path)) === null;
  }

  private async translated<T>(
    uri: vscode.Uri,
    action: string,
    operation: () => Promise<T>,
  ): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      // VS Code looks for files that need not exist, so a miss is not a failure.
      if (!isAbsent(error)) this.log.failure(action, placeOf(uri).path, error);
      throw action === "save" ? saveError(uri, error) : fileSystemError(error, uri);
    }
  }
}

function onItsWay(path: string): AgeError {
  return new AgeError("not-found", "its document is on its way", { path });
}

/** Says what Undo did, since an editor shows the file's name only in its tab. */
function tellUndone(from: string, to: string): void {
  void vscode.window.showInformationMessage(
    `The file ${quoted(basename(from))} has its old name ${quoted(basename(to))} again.`,
  );
}
