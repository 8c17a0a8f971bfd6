import * as vscode from "vscode";
import type { Drafts } from "../../documents/drafts";
import type { FoundDraft } from "../../documents/draftStore";
import { reportFailure } from "../commands/failure";
import { quoted, quotedDocument } from "../foreignText";
import type { Log } from "../log";
import type { DraftComparison } from "./draftComparison";
import { draftButtons, strandedMessage, timeOf } from "./draftText";

/** Tells of drafts in this workspace whose files are gone, in one message. */
export async function tellStranded(
  all: readonly FoundDraft[],
  drafts: Drafts,
  comparison: DraftComparison,
  log: Log,
): Promise<void> {
  const stranded = all.filter(({ record: { path } }) => isInWorkspace(path));
  if (stranded.length === 0) return;
  const [first] = stranded;
  const isOne = first !== undefined && stranded.length === 1;
  const { showText, choose, discardDraft } = draftButtons;
  const buttons = isOne ? [showText, discardDraft] : [choose];
  const message = strandedMessage(stranded.map(({ record }) => record));
  const answer = await vscode.window.showInformationMessage(message, ...buttons);
  const draft = answer === choose ? await chooseOne(stranded) : isOne ? first : undefined;
  if (answer === undefined || draft === undefined) return;
  const { path } = draft.record;
  try {
    if (answer === discardDraft) await drafts.discard(draft);
    else await comparison.alone(draft, "ask");
  } catch (error) {
    reportFailure(log, "open the draft of", path, error);
  }
}

function isInWorkspace(path: string): boolean {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path)) !== undefined;
}

async function chooseOne(drafts: readonly FoundDraft[]): Promise<FoundDraft | undefined> {
  const rows = drafts.map((draft) => ({
    label: quotedDocument(draft.record.path),
    description: timeOf(new Date(draft.record.made)),
    detail: quoted(draft.record.path),
    draft,
  }));
  const title = "Unsaved text of files that are gone";
  return (await vscode.window.showQuickPick(rows, { title }))?.draft;
}
