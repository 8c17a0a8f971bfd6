import { basename } from "node:path";
import * as vscode from "vscode";
import { unsavedDocuments } from "../unsavedText";
import { encryptedPath } from "../uris";
import type { CommandContext } from "./context";
import { sayNoTarget, targetOf } from "./target";

/** Re-encrypt: the same text, a fresh file key, and the recipients that the file should have now. */
export async function reencryptCommand({ documents }: CommandContext, uri: unknown): Promise<void> {
  const path = targetOf(uri);
  if (path === null) {
    sayNoTarget("an encrypted file");
    return;
  }
  const unsaved = unsavedDocuments().find(({ uri: shown }) => encryptedPath(shown) === path);
  if (unsaved !== undefined && !(await unsaved.save())) return;
  const saved = await documents.reencrypt(path);
  if (saved.kind !== "written") return;
  void vscode.window.showInformationMessage(`${basename(path)} is encrypted anew.`);
}
