import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import { decryptFile } from "../../documents/fileOperations";
import { plainName } from "../../documents/names";
import { saveEditors } from "../editorTexts";
import { withFileProgress } from "../progress";
import { freeTarget } from "./freeTarget";
import { sayNoTarget, targetsOf } from "./target";
import type { CommandContext } from "./context";
import { quoted } from "../foreignText";

/** Decrypt File…: asks where to, says that plaintext will lie on the disk, and writes it. */
export async function decryptFileCommand(
  { documentContext, onReport }: CommandContext,
  uri: unknown,
  selected: unknown,
): Promise<void> {
  const sources = targetsOf(uri, selected);
  if (sources.length === 0) sayNoTarget("an encrypted file");
  if (!(await saveEditors(sources))) return;
  for (const source of sources) {
    const chosen = await vscode.window.showSaveDialog({
      title: `Decrypt ${quoted(basename(source))} to the disk, readable for you only`,
      saveLabel: "Decrypt",
      defaultUri: vscode.Uri.file(join(dirname(source), plainName(basename(source)))),
    });
    if (chosen === undefined) continue;
    const target = await freeTarget(chosen.fsPath);
    if (target === null) continue;
    const report = await withFileProgress(
      `Decrypting ${quoted(basename(source))}`,
      (progress, signal) => decryptFile({ source, ...target }, documentContext, progress, signal),
    );
    onReport(source, report);
    void vscode.window.showInformationMessage(
      `${quoted(basename(target.target))} is decrypted. It lies on the disk in plain: delete it when you are done.`,
    );
  }
}
