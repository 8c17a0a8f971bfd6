import { basename } from "node:path";
import * as vscode from "vscode";
import { AgeError } from "../../age/errors";
import type { Documents } from "../../documents/documents";
import { isEncryptedName } from "../../documents/disk/encryptedNames";
import { comfortableSize, largestSize } from "../../documents/openDocument";
import type { CageFileSystem } from "./fileSystemProvider";
import { imageViewType, isImage } from "./imageViewer";
import type { OpenRequests } from "./plaintextRequests";
import { documentUri } from "../uris";
import { quoted } from "../wording/foreignText";

/** The place where a document is to be shown. */
export interface ShowOptions {
  readonly viewColumn: vscode.ViewColumn;
  readonly preview: boolean;
  readonly preserveFocus: boolean;
  /** True for a tab behind the one in front, which VS Code reads once it is shown. */
  readonly background?: boolean;
}

/**
 * Opens decrypted documents on an action of the user; the only place from which keys are asked for.
 */
export class DocumentOpener {
  constructor(
    private readonly documents: Documents,
    private readonly requests: OpenRequests,
    private readonly files: CageFileSystem,
    private readonly onOpened: (path: string) => void,
    private readonly untilLocked: () => Promise<unknown>,
  ) {}

  /**
   * Decrypts a file, asking for its key if need be, and shows it in the editor that fits its name.
   *
   * @throws AgeError "unknown-suffix", before anything is asked, for a name that is not one of an
   * encrypted file; others when it cannot be decrypted. Nothing is shown then.
   */
  async open(path: string, placement: ShowOptions): Promise<void> {
    if (!isEncryptedName(path)) {
      const message = `the name ${quoted(basename(path))} is not one of an encrypted file`;
      throw new AgeError("unknown-suffix", message, { path });
    }
    if (!(await this.isSizeAccepted(path, placement))) {
      throw new AgeError("too-large", `the file ${quoted(basename(path))} is large for an editor`, {
        path,
      });
    }
    // A lock under way would take for unsaved text what is put back here.
    await this.untilLocked();
    const uri = documentUri(path);
    this.requests.leavePlaintext(path, await this.documents.read(path, "ask"));
    try {
      // An editor that still holds the document would go on showing what it had.
      if (isHeld(uri)) this.files.refresh(path);
      // Not openTextDocument: it would keep the text in memory for minutes after the tab is closed.
      const editor = isImage(uri.path) ? imageViewType : "default";
      await vscode.commands.executeCommand("vscode.openWith", uri, editor, placement);
      this.onOpened(path);
    } finally {
      this.requests.dropPlaintext(path);
    }
  }

  private async isSizeAccepted(path: string, { background }: ShowOptions): Promise<boolean> {
    // A file whose size cannot be told is refused with a better message when it is read.
    const size = await this.documents.sizes.stat(path).then(
      (facts) => facts.plaintextSize,
      () => 0,
    );
    if (size <= comfortableSize) return true;
    // Nobody has asked for one in the background just now.
    if (size > largestSize || background === true) return false;
    const answer = await vscode.window.showWarningMessage(
      `${quoted(basename(path))} is ${Math.round(size / 1048576)} MiB; the editor is slow with files above 50 MiB.`,
      { modal: true, detail: "Decrypt File… writes it to the disk instead." },
      "Open Anyway",
    );
    return answer === "Open Anyway";
  }
}

/** Finds where to show a document that a command asked for. */
export const besideNothing: ShowOptions = {
  viewColumn: vscode.ViewColumn.Active,
  preview: true,
  preserveFocus: false,
};

function isHeld(uri: vscode.Uri): boolean {
  return vscode.workspace.textDocuments.some(
    (document) => document.uri.toString() === uri.toString() && !document.isDirty,
  );
}
