import { basename } from "node:path";
import type { NamedRecipient } from "../../documents/memory";
import type { DocumentContext } from "../../documents/openDocument";
import { quoted } from "../foreignText";
import type { VscodePrompts } from "../prompts";
import { choiceOf, chooseAmong, offersOf, pickOffer, type Offer } from "./recipientPicker";

/**
 * Asks whom a file of recipients is for instead of those that a save would take.
 *
 * @param known - those whom it is for, or would be.
 * @returns null when dismissed.
 */
export async function pickPeople(
  path: string,
  known: readonly NamedRecipient[],
  context: DocumentContext,
  prompts: VscodePrompts,
): Promise<readonly NamedRecipient[] | null> {
  const what = quoted(basename(path));
  const offersFor = (title: string, own: readonly NamedRecipient[]): readonly Offer[] => [
    {
      label: "$(checklist) Choose among those known…",
      choose: () => chooseAmong(title, [...known, ...own]),
    },
    ...offersOf(title, what, own, null, context, prompts).filter(
      ({ label }) => !label.startsWith("$(key)") && !label.startsWith("$(checklist)"),
    ),
  ];
  const picked = await pickOffer(offersFor, what, context);
  if (picked === null || "listed" in picked.answer) return null;
  const choice = await choiceOf({ ...picked, answer: picked.answer }, "the file");
  choice?.wipe();
  return choice?.named ?? null;
}
