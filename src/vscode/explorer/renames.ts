import { basename } from "node:path";
import * as vscode from "vscode";
import type { Documents } from "../../documents/documents";
import { movedPath } from "../../documents/disk/movedPath";
import { encryptedName, isEncryptedName } from "../../documents/disk/encryptedNames";
import { Disposable } from "../dispose";
import type { AwayTabs } from "../drafts/awayTabs";
import type { DraftKeeper } from "../drafts/draftKeeper";
import { unsavedPaths } from "../editorTexts";
import type { CageFileSystem } from "../editor/fileSystemProvider";
import { quoted } from "../wording/foreignText";
import type { Log } from "../log";
import { allTabs, closeTabs, documentsShownBy, isShown } from "../tabs";
import { documentUri, encryptedPath } from "../uris";

/** A file that has a new name. */
interface Move {
  readonly from: string;
  readonly to: string;
}

/** Makes decrypted documents follow when their encrypted files, or folders above, are renamed. */
export class Renames extends Disposable {
  /** The last rename. The next one waits for it, since it may move the same files. */
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly documents: Documents,
    private readonly files: CageFileSystem,
    private readonly keeper: DraftKeeper,
    private readonly away: AwayTabs,
    private readonly log: Log,
  ) {
    super();
    this.register(
      vscode.workspace.onDidRenameFiles(({ files: renamed }) => {
        for (const { oldUri, newUri } of renamed) {
          if (oldUri.scheme !== "file") continue;
          const [from, to] = [oldUri.fsPath, newUri.fsPath];
          this.last = this.last.then(() => this.attempt(from, () => this.follow(from, to)));
        }
      }),
    );
  }

  private async follow(from: string, to: string): Promise<void> {
    this.away.moved(from, to);
    const unsaved = unsavedPaths();
    const shown = allTabs().flatMap(documentsShownBy).map(encryptedPath);
    const moves = [...new Set([...unsaved, ...shown])].flatMap((path): readonly Move[] => {
      const moved = path === null ? null : movedPath(path, from, to);
      return path === null || moved === null ? [] : [{ from: path, to: moved }];
    });
    const nameless = moves.filter((move) => !isEncryptedName(move.to));
    const blocked: Move[] = [];
    const replaced: string[] = [];
    for (const path of unsaved) {
      const source = movedPath(path, to, from);
      if (source === null) continue;
      const move = moves.find((one) => one.to === path);
      // VS Code assumes that the user agreed to replace an open document, and reverts it.
      if (move !== undefined && (await this.keeper.leaveText(path))) {
        replaced.push(path);
        continue;
      }
      if (move !== undefined) blocked.push(move);
      // Otherwise the next save of the text here would compare with the source's version.
      if (!unsaved.includes(source)) this.documents.forget(source);
    }
    const staying = [...nameless, ...blocked];
    const stayingUnsaved = staying
      .map((move) => move.from)
      .filter((path) => unsaved.includes(path));
    // The facts about all files move first, in one step, whether tabs show the files or not.
    await this.attempt(from, () => this.documents.moved(from, to, stayingUnsaved));
    for (const move of moves.filter((one) => !staying.includes(one))) {
      await this.attempt(move.from, () => this.moveDocument(move));
    }
    for (const move of staying) {
      if (!unsaved.includes(move.from)) await closeTabsOf(move.from);
    }
    for (const path of replaced) void this.tellReplaced(path);
    for (const move of nameless) void this.tell(move, namelessMessage(move), "Undo Rename");
    for (const move of blocked) {
      void this.tell(move, blockedMessage(move, unsaved.includes(move.from)));
    }
  }

  /** Makes VS Code move tabs and unsaved text, as it does for a plain file. */
  private async moveDocument(move: Move): Promise<void> {
    const { from, to } = move;
    this.files.moves.expect(from, to);
    try {
      await this.keeper.follow(from, to, async () => {
        if (await this.rename(from, documentUri(from), documentUri(to))) return;
        if (!isShown(from) && !unsavedPaths().includes(from)) return;
        void this.tell(move, leftMessage(move), "Undo Rename");
        // A save and a draft of the text need the facts at the old name.
        await this.documents.moved(to, from);
      });
    } finally {
      this.files.moves.end(to);
    }
  }

  /** Says where the unsaved text of a file is that another file has replaced. */
  private async tellReplaced(path: string): Promise<void> {
    const compare = "Compare Draft";
    const answer = await vscode.window.showWarningMessage(
      `${quoted(basename(path))} had unsaved text when another file took its place. Cage keeps that text as a draft.`,
      compare,
    );
    if (answer !== compare) return;
    await vscode.commands.executeCommand("cage.compareDraft", vscode.Uri.file(path));
  }

  /** Says where a document is that did not follow its file. */
  private async tell({ from, to }: Move, message: string, ...undo: "Undo Rename"[]): Promise<void> {
    const answer = await vscode.window.showWarningMessage(message, ...undo);
    if (answer === undefined) return;
    if (await this.rename(from, vscode.Uri.file(to), vscode.Uri.file(from))) return;
    void vscode.window.showWarningMessage(
      `${quoted(to)} could not be renamed back to ${quoted(basename(from))}. Rename it in the Explorer.`,
    );
  }

  /** Makes VS Code rename a file or a document. @returns false if it could not. */
  private async rename(path: string, from: vscode.Uri, to: vscode.Uri): Promise<boolean> {
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(from, to);
    let isDone = false;
    await this.attempt(path, async () => {
      isDone = await vscode.workspace.applyEdit(edit);
    });
    return isDone;
  }

  /** Attempts one part of a rename: if it fails, the others still go on. */
  private async attempt(path: string, part: () => Promise<void>): Promise<void> {
    try {
      await part();
    } catch (error) {
      this.log.failure("follow", path, error);
    }
  }
}

async function closeTabsOf(path: string): Promise<void> {
  await closeTabs((tab) => documentsShownBy(tab).some((uri) => encryptedPath(uri) === path));
}

/** Says that a file no longer has the name of an encrypted file. */
function namelessMessage({ to }: Move): string {
  const name = basename(to);
  return `${quoted(name)} is still encrypted, but its name does not say so any more. To open it decrypted, give it a name such as ${quoted(encryptedName(name))}.`;
}

/** Says that a file has replaced one with unsaved text that is in no draft. */
function blockedMessage({ from, to }: Move, isUnsaved: boolean): string {
  const other = isUnsaved ? ` The unsaved text of ${quoted(from)} stays in its tab, too.` : "";
  return `${quoted(to)} now holds what ${quoted(from)} held, but its tab still holds unsaved text of the previous file, which no draft could keep. Save that tab to compare both and choose, or revert it to see the new file.${other}`;
}

/** Says that VS Code did not move the document of a file. */
function leftMessage({ from, to }: Move): string {
  return `${quoted(from)} is ${quoted(to)} now, but its tab did not follow and shows the old name. Undo Rename gives the file that name back; or close the tab and open ${quoted(basename(to))}.`;
}
