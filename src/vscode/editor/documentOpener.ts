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

/** The place to show a document in. */
export interface ShowOptions {
  readonly viewColumn: vscode.ViewColumn;
  readonly preview: boolean;
  readonly preserveFocus: boolean;
  /** True for a tab behind the one in front, which VS Code reads when it is shown. */
  readonly background?: boolean;
}

/** Opens decrypted documents when the user asks for them. Keys are asked for only here. */
export class DocumentOpener {
  constructor(
    private readonly documents: Documents,
    private readonly requests: OpenRequests,
    private readonly files: CageFileSystem,
    private readonly onOpened: (path: string) => void,
    private readonly untilLocked: () => Promise<unknown>,
  ) {}

  /**
   * Decrypts a file, asks for its key if need be, and shows it in the editor that fits its name.
   *
   * @throws AgeError; nothing is shown then:
   *
   * - "unknown-suffix", before it asks anything, if the name is not that of an encrypted file;
   * - "too-large", marked as declined if the user was asked about the size;
   * - others if the file cannot be decrypted.
   *
   * @param placement - a function is asked when the file is decrypted, which may take long. If it
   * returns null, nothing is shown.
   */
  async open(path: string, placement: ShowOptions | (() => ShowOptions | null)): Promise<void> {
    if (!isEncryptedName(path)) {
      const message = `the name ${quoted(basename(path))} is not one of an encrypted file`;
      throw new AgeError("unknown-suffix", message, { path });
    }
    const isBehind = typeof placement !== "function" && placement.background === true;
    const size = await this.judgeSize(path, isBehind);
    if (size !== "accepted") {
      const message = `the file ${quoted(basename(path))} is large for an editor`;
      throw new AgeError("too-large", message, { path, isDeclined: size === "declined" });
    }
    // A lock under way would treat a draft that is put back here as unsaved text.
    await this.untilLocked();
    const uri = documentUri(path);
    this.requests.leavePlaintext(path, await this.documents.read(path, "ask"));
    try {
      const place = typeof placement === "function" ? placement() : placement;
      if (place === null) return;
      // An editor that still holds the document would keep showing its old text.
      if (isHeld(uri)) this.files.refresh(path);
      // Not openTextDocument: it would keep the text in memory for minutes after the tab is closed.
      const editor = isImage(uri.path) ? imageViewType : "default";
      await vscode.commands.executeCommand("vscode.openWith", uri, editor, place);
      this.onOpened(path);
    } finally {
      this.requests.dropPlaintext(path);
    }
  }

  private async judgeSize(
    path: string,
    isBehind: boolean,
  ): Promise<"accepted" | "declined" | "refused"> {
    // If the size cannot be read, reading the file fails with a better message.
    const size = await this.documents.sizes.sizeAbove(path, comfortableSize).catch(() => 0);
    if (size <= comfortableSize) return "accepted";
    // The user has not just asked for a file in the background.
    if (size > largestSize || isBehind) return "refused";
    const answer = await vscode.window.showWarningMessage(
      `${quoted(basename(path))} is ${Math.round(size / 1048576)} MiB; the editor is slow with files above 50 MiB.`,
      { modal: true, detail: "Decrypt File… writes it to the disk instead." },
      "Open Anyway",
    );
    return answer === "Open Anyway" ? "accepted" : "declined";
  }
}

/** The place of a document that a command opens: the active column, as a preview. */
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
