import type { FoundDraft } from "./draftStore";
import type { Drafts } from "./drafts";

/**
 * Finds the present draft for one that a message names. Messages stay while the draft's window
 * replaces it by others, for a lock under another name.
 *
 * @returns null if that window has no draft of the file any more.
 */
export async function presentDraft(
  { file, record }: FoundDraft,
  drafts: Pick<Drafts, "find">,
): Promise<FoundDraft | null> {
  const found = await drafts.find(record.path);
  const isOfItsWindow = ({ home, pid, start }: FoundDraft["record"]): boolean =>
    home === record.home && pid === record.pid && start === record.start;
  return (
    found.find((one) => one.file === file) ?? found.find((one) => isOfItsWindow(one.record)) ?? null
  );
}
