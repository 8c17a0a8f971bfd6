import { basename } from "node:path";
import * as vscode from "vscode";
import { AgeError } from "../age/errors";
import { showFailure } from "./errors";
import { quoted } from "./foreignText";
import { isShown } from "./tabs";

/**
 * Tells of documents that VS Code could not read back, such as tabs restored with a window: VS Code
 * itself shows only that something failed. Each file is told of once, until it was read. A read by
 * another extension, for which no tab stands, is told of to that extension alone.
 */
export class FailedReads {
  private readonly told = new Set<string>();

  add(path: string, error: unknown): void {
    if (!isShown(path)) return;
    if (this.told.has(path) || (error instanceof AgeError && error.code === "not-found")) return;
    this.told.add(path);
    const what = `${quoted(basename(path))} is not open.`;
    showFailure(what, error, vscode.Uri.file(path), "cage.openDecrypted");
  }

  /** The file was read. */
  clear(path: string): void {
    this.told.delete(path);
  }
}
