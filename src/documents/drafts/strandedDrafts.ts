import { nullWhenRefused } from "../disk/diskFailures";
import { findDrafts, type DraftStore, type FoundDraft } from "./draftStore";

/**
 * Finds the drafts of windows that are gone whose encrypted file is gone, too. The file was deleted
 * or renamed, or its disk is away. The newest draft comes first.
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
