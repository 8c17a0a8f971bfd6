import type { FoundDraft } from "./draftStore";
import type { Drafts } from "./drafts";

/**
 * Finds what a draft that was told of has become: messages stay while its window makes others in
 * its place, for a lock under another name. Null if that window has none of the file any more.
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
