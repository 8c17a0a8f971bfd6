import { basename } from "node:path";
import * as vscode from "vscode";
import type { Documents } from "../documents/documents";
import { movedPath } from "../documents/movedPath";
import { encryptedName, isEncryptedName } from "../documents/names";
import { Disposable } from "./dispose";
import type { DraftKeeper } from "./drafts/draftKeeper";
import { unsavedPaths } from "./editorTexts";
import type { CageFileSystem } from "./fileSystemProvider";
import { quoted } from "./foreignText";
import { allTabs, closeTabs, documentsShownBy } from "./tabs";
import { documentUri, encryptedPath } from "./uris";

/** A file that has another name now. */
interface Move {
  readonly from: string;
  readonly to: string;
}

/** Lets decrypted documents follow when their encrypted files, or folders above, are renamed. */
export class Renames extends Disposable {
  /** The last rename, which the next one waits for: it moves what that one has moved. */
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly documents: Documents,
    private readonly files: CageFileSystem,
    private readonly keeper: DraftKeeper,
  ) {
    super();
    this.register(
      vscode.workspace.onDidRenameFiles(({ files: renamed }) => {
        for (const { oldUri, newUri } of renamed) {
          if (oldUri.scheme !== "file") continue;
          const follow = (): Promise<void> => this.follow(oldUri.fsPath, newUri.fsPath);
          this.last = this.last.then(follow, follow);
        }
      }),
    );
  }

  private async follow(from: string, to: string): Promise<void> {
    const unsaved = unsavedPaths();
    const shown = allTabs().flatMap(documentsShownBy).map(encryptedPath);
    const moves = [...new Set([...unsaved, ...shown])].flatMap((path): readonly Move[] => {
      const moved = path === null ? null : movedPath(path, from, to);
      return path === null || moved === null ? [] : [{ from: path, to: moved }];
    });
    const isFollowed = ({ to: moved }: Move): boolean => isEncryptedName(moved);
    const left = moves.filter((move) => !isFollowed(move));
    // The facts about files go along first and once, whether tabs show the files or not.
    // VS Code takes the place of an open document for agreed to, and reverts it.
    for (const { to: moved } of moves.filter(isFollowed)) {
      if (unsaved.includes(moved)) await this.setAside(moved);
    }
    const kept = left.map((move) => move.from).filter((path) => unsaved.includes(path));
    await this.documents.moved(from, to, kept);
    for (const move of moves.filter(isFollowed)) await this.moveDocument(move);
    for (const move of left) void this.leave(move, unsaved.includes(move.from));
  }

  /** Leaves the unsaved text of a file that another one has replaced in a draft. */
  private async setAside(path: string): Promise<void> {
    await this.keeper.setAside([path]);
    await this.keeper.leave(path);
  }

  /** Has VS Code move tabs and unsaved text, as it does for a plain file. */
  private async moveDocument({ from, to }: Move): Promise<void> {
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(documentUri(from), documentUri(to));
    this.files.moves.expect(from, to);
    try {
      await this.keeper.follow(from, to, () => vscode.workspace.applyEdit(edit));
    } finally {
      this.files.moves.end(to);
    }
  }

  /** Tells of a file whose name is not one of an encrypted file any more. */
  private async leave({ from, to }: Move, isUnsaved: boolean): Promise<void> {
    if (!isUnsaved) {
      await closeTabs((tab) =>
        documentsShownBy(tab).some((document) => encryptedPath(document) === from),
      );
    }
    const undo = "Undo Rename";
    const answer = await vscode.window.showWarningMessage(
      `${quoted(basename(to))} is still encrypted, but its name does not say so any more. To open it decrypted, give it a name such as ${quoted(encryptedName(basename(to)))}.`,
      undo,
    );
    if (answer !== undo) return;
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(vscode.Uri.file(to), vscode.Uri.file(from));
    await vscode.workspace.applyEdit(edit);
  }
}
