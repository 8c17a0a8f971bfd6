import { basename } from "node:path";
import * as vscode from "vscode";
import { saveEditors } from "../editorTexts";
import { fallbackSentences } from "../fileReportText";
import { quoted } from "../foreignText";
import { summary } from "../reportText";
import type { CommandContext } from "./context";
import { sayNoTarget, targetOf } from "./target";

/**
 * Re-encrypt: the same text, a fresh file key, and the recipients that the file should have now.
 */
export async function reencryptCommand({ documents }: CommandContext, uri: unknown): Promise<void> {
  const path = targetOf(uri);
  if (path === null) {
    sayNoTarget("an encrypted file");
    return;
  }
  if ((await saveEditors([path])) === null) return;
  const saved = await documents.reencrypt(path);
  if (saved.kind !== "written") return;
  const { report } = saved;
  const done = `${quoted(basename(path))} is encrypted anew (${summary(report)}).`;
  void vscode.window.showInformationMessage([done, ...fallbackSentences(report)].join(" "));
}
