import * as vscode from "vscode";
import type { Drafts } from "../../documents/drafts/drafts";
import type { FoundDraft } from "../../documents/drafts/draftStore";
import { reportFailure } from "../failures";
import { quoted, quotedDocument } from "../wording/foreignText";
import type { Log } from "../log";
import type { DraftComparison } from "./draftComparison";
import { draftButtons, strandedMessage, timeOf } from "../wording/draftText";

/** Reports drafts in this workspace whose files are gone, and shows their text. */
export class StrandedDraftOffers {
  /** The drafts that were reported. */
  private readonly told = new Set<string>();

  constructor(
    private readonly drafts: Drafts,
    private readonly comparison: DraftComparison,
    private readonly log: Log,
  ) {}

  /** Reports those drafts that were not reported yet, in one message. */
  async tell(found: readonly FoundDraft[]): Promise<void> {
    const isNews = (draft: FoundDraft): boolean => !this.told.has(nameOf(draft));
    await this.offer(found.filter(isInWorkspace).filter(isNews));
  }

  /** Reports all of them, also those reported before. @returns false if there are none. */
  async tellAgain(): Promise<boolean> {
    const found = (await this.drafts.stranded()).filter(isInWorkspace);
    void this.offer(found);
    return found.length > 0;
  }

  private async offer(stranded: readonly FoundDraft[]): Promise<void> {
    if (stranded.length === 0) return;
    for (const draft of stranded) this.told.add(nameOf(draft));
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
      if (answer === discardDraft) await this.drafts.discard(draft);
      else await this.comparison.alone(draft, "ask");
    } catch (error) {
      reportFailure(this.log, "open the draft of", path, error);
    }
  }
}

function nameOf({ file, record: { made } }: FoundDraft): string {
  return `${file} ${made}`;
}

function isInWorkspace({ record: { path } }: FoundDraft): boolean {
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
