import { nullWhenRefused } from "../disk/diskFailures";
import { findDrafts, type DraftStore, type FoundDraft } from "./draftStore";

/**
 * Finds the drafts whose window and encrypted file are both gone, the newest first. The file was
 * deleted or renamed, or its disk is away.
 */
export async function strandedDrafts(store: DraftStore): Promise<readonly FoundDraft[]> {
  const stranded: FoundDraft[] = [];
  for (const draft of await findDrafts(store)) {
    if (draft.of !== "a window that is gone") continue;
    const isGone = async (): Promise<boolean> =>
      (await store.disk.entry(draft.record.path)) === null;
    if (await isGone().catch(nullWhenRefused)) stranded.push(draft);
  }
  return stranded;
}
