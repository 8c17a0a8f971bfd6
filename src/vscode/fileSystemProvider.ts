import { basename } from "node:path";
import * as vscode from "vscode";
import { AgeError } from "../age/errors";
import { randomBytes } from "../age/primitives";
import { copyEncrypted } from "../documents/copyFile";
import type { Disk } from "../documents/disk";
import { nullWhenRefused } from "../documents/diskErrors";
import type { Documents } from "../documents/documents";
import { isEncryptedName, plainName } from "../documents/names";
import type { WritePrompts } from "../documents/prompts";
import type { Versions } from "../documents/versionStore";
import type { BackupGuard } from "./backupGuard";
import { Disposable } from "./dispose";
import { ShownTimes } from "./shownTimes";
import { fileSystemError } from "./errors";
import { misplacedError, tellFailedSave, tellMisplaced } from "./failedSave";
import type { FailedReads } from "./failedReads";
import { blankStat, folderStat, goneStat } from "./fileStats";
import { watchFile } from "./fileWatch";
import { handOver } from "./handOver";
import type { Log } from "./log";
import type { OpenRequests } from "./openRequests";
import { documentUri, encryptedPath, placeOf } from "./uris";
import { unsavedPaths } from "./editorTexts";
import { documentsEditedIn } from "./tabs";

/** The file system of decrypted documents. Only VS Code gets plaintext. */
export class CageFileSystem extends Disposable implements vscode.FileSystemProvider {
  private readonly changes = this.register(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  readonly onDidChangeFile = this.changes.event;
  /** Documents whose text the user gave up while saving it. */
  private readonly givenUp = new Set<string>();
  private readonly times = new ShownTimes();
  /** Documents of whose unsaved text a new extension host does not know the version. */
  private readonly unknown = new Set<string>();

  constructor(
    private readonly documents: Documents,
    private readonly disk: Disk,
    private readonly requests: OpenRequests,
    private readonly failedReads: FailedReads,
    private readonly log: Log,
    private readonly prompts: WritePrompts,
    private readonly versions: Versions,
    private readonly backups: BackupGuard,
    private readonly onForeignChange: (path: string) => void,
  ) {
    super();
    this.register(
      backups.onDidAllow((path) => {
        this.refresh(path);
      }),
    );
    const { workspace, window } = vscode;
    this.register(
      workspace.onDidChangeTextDocument(({ document: { uri, isDirty } }) => {
        if (!isDirty) void this.settle(uri);
      }),
    );
    this.register(
      workspace.onWillSaveTextDocument(({ document }) => {
        this.willSave(document.uri);
      }),
    );
    this.register(
      workspace.onWillSaveNotebookDocument(({ notebook }) => {
        this.willSave(notebook.uri);
      }),
    );
    this.register(
      workspace.onDidSaveTextDocument(({ uri }) => {
        void this.readGivenUp(uri);
      }),
    );
    // Of custom editors and large texts only the tabs tell.
    this.register(
      window.tabGroups.onDidChangeTabs(({ changed }) => {
        for (const tab of changed.filter(({ isDirty }) => !isDirty)) {
          for (const uri of documentsEditedIn(tab)) {
            void this.readGivenUp(uri);
            void this.settle(uri);
          }
        }
      }),
    );
  }

  watch(uri: vscode.Uri): vscode.Disposable {
    const path = encryptedPath(uri);
    if (path === null) return new vscode.Disposable(() => undefined);
    return watchFile(path, this.disk, (type) => {
      // What can't be told is told to VS Code, which looks for itself.
      const change = this.documents.hasChanged(path).catch(() => true);
      void change.then((hasChanged) => {
        if (!hasChanged) return;
        this.changes.fire([{ type, uri }]);
        if (type === vscode.FileChangeType.Changed) this.onForeignChange(path);
      });
    });
  }

  /** Makes VS Code read a document again. */
  refresh(path: string): void {
    this.changes.fire([{ type: vscode.FileChangeType.Changed, uri: documentUri(path) }]);
  }

  /**
   * Takes the lines of documents out of the Search view, whether it shows or is hidden: it drops
   * what it found in files that are deleted. Its own command to clear it works only while it shows.
   * VS Code looks for itself whether a file is gone, so an editor that still holds one is not
   * misled.
   */
  dropMatches(paths: readonly string[]): void {
    const type = vscode.FileChangeType.Deleted;
    this.changes.fire(paths.map((path) => ({ type, uri: documentUri(path) })));
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const place = placeOf(uri);
    return this.translated(uri, "stat", async () => {
      if (place.kind !== "document") return folderStat(place.path, this.disk);
      if (this.requests.isBlanked(place.path)) return blankStat();
      // While a document has unsaved text VS Code is shown the version that the text was made from,
      // or an old one where a new extension host does not know it: the save compares, and asks once.
      const base = this.documents.find(place.path)?.facts;
      const facts = await this.documents.sizes.stat(place.path).catch((error: unknown) => {
        // VS Code takes text that a lock sets aside for saved, also if the file is gone.
        if (this.requests.diversionOf(place.path) === null) throw error;
        return null;
      });
      if (facts === null) return goneStat(base);
      const isUnsaved = unsavedPaths().includes(place.path);
      if (isUnsaved && base === undefined) this.unknown.add(place.path);
      const shown = isUnsaved ? (base ?? { ctime: 0, mtime: 0 }) : facts;
      const isWritable = facts.writable && !(await this.backups.isReadOnly(place.path));
      return {
        type: vscode.FileType.File,
        ctime: Math.floor(shown.ctime),
        mtime: this.times.of(place.path, shown.mtime),
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
      // VS Code reads for restored tabs and after changes, too: only an action of the user may ask.
      return handOver(await this.documents.read(path, "never"));
    } catch (error) {
      this.log.failure("read", path, error);
      this.failedReads.add(path, error);
      throw fileSystemError(error, uri);
    }
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
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
      if (saved.kind === "reload") {
        // VS Code takes the text as saved; once it has, it is made to read the file again.
        this.givenUp.add(path);
      }
    });
  }

  createDirectory(uri: vscode.Uri): void {
    // VS Code makes the folder of a file that it writes; an encrypted file comes with its content.
    if (placeOf(uri).kind === "encrypted file") return;
    throw vscode.FileSystemError.NoPermissions(
      `Cage makes no folders; make ${uri.path} in the Explorer.`,
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

  private willSave(uri: vscode.Uri): void {
    const path = encryptedPath(uri);
    // What is diverted is no save of the file.
    if (path !== null && this.requests.diversionOf(path) === null) this.documents.willSave(path);
  }

  /** Has a document read again whose text the user gave up while saving it. */
  private async readGivenUp(uri: vscode.Uri): Promise<void> {
    const path = encryptedPath(uri);
    if (path === null || !this.givenUp.delete(path)) return;
    // VS Code may know this very version: a draft was put over it.
    const facts = await this.disk.facts(path).catch(nullWhenRefused);
    if (facts !== null) this.times.renew(path, facts.mtime);
    this.refresh(path);
  }

  private async settle(uri: vscode.Uri): Promise<void> {
    const path = encryptedPath(uri);
    if (path === null) return;
    // VS Code has to hear the time of what it read in place of such text.
    const isUntold = this.unknown.delete(path);
    if ((await this.documents.settled(path)) || isUntold) this.refresh(path);
  }

  /** The encrypted file of a document; other places have no content of their own. */
  private documentPath(uri: vscode.Uri): string {
    const { kind, path } = placeOf(uri);
    if (kind !== "document") throw misplacedError(uri);
    return path;
  }

  /** Tells whether no encrypted file is there into which a text could go, as for Save As…. */
  private async isNowhere(uri: vscode.Uri): Promise<boolean> {
    const { kind, path } = placeOf(uri);
    if (kind !== "document") return true;
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
      // VS Code looks for files that need not be there; a miss is no failure.
      if (!(error instanceof AgeError && error.code === "not-found")) {
        this.log.failure(action, placeOf(uri).path, error);
      }
      throw fileSystemError(error, uri);
    }
  }
}
