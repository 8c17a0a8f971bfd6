import { basename } from "node:path";
import * as vscode from "vscode";
import type { FoundDraft } from "../../documents/drafts/draftStore";
import { draftChoice } from "../wording/draftText";
import { unsavedPaths } from "../editorTexts";
import { quoted } from "../wording/foreignText";
import type { CommandContext } from "./context";
import { encryptedTarget, targetOf } from "./target";

/**
 * Shows the unsaved text of a document beside its file. If the editor holds none, it shows a draft
 * that another window or an earlier one left, or offers the drafts of files that are gone.
 */
export async function compareDraftCommand(
  { draftComparison, strandedDraftOffers }: CommandContext,
  uri: unknown,
): Promise<void> {
  // A file that is gone can't be chosen.
  if (targetOf(uri) === null && (await strandedDraftOffers.tellAgain())) return;
  const path = await encryptedTarget(uri, "Compare Draft with File");
  if (path === null) return;
  const isUnsaved = unsavedPaths().includes(path);
  const others = (await draftComparison.of(path)).filter(
    (draft) => !isUnsaved || draft.of !== "this window",
  );
  if (isUnsaved && others.length === 0) await draftComparison.withFile(path);
  else if (others.length === 0) {
    if (await strandedDraftOffers.tellAgain()) return;
    void vscode.window.showInformationMessage(
      `${quoted(basename(path))} has no unsaved text and no draft.`,
    );
  } else await chooseAndCompare(path, isUnsaved, others, draftComparison);
}

async function chooseAndCompare(
  path: string,
  isUnsaved: boolean,
  drafts: readonly FoundDraft[],
  comparison: CommandContext["draftComparison"],
): Promise<void> {
  const rows = [
    ...(isUnsaved ? [{ label: "The unsaved text of this window", draft: null }] : []),
    ...drafts.map((draft) => ({ label: draftChoice(draft), draft })),
  ];
  const title = `Drafts of ${quoted(basename(path))}`;
  const [only] = rows;
  const chosen = rows.length === 1 ? only : await vscode.window.showQuickPick(rows, { title });
  if (chosen === undefined) return;
  if (chosen.draft === null) await comparison.withFile(path);
  else await comparison.ofDraft(path, chosen.draft, "ask");
}
