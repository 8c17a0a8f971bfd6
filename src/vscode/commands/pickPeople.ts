import { basename } from "node:path";
import type { NamedRecipient } from "../../documents/memory/memory";
import type { FileContext } from "../../documents/files/unfinishedStore";
import { quoted } from "../wording/foreignText";
import type { VscodePrompts } from "../prompts/vscodePrompts";
import { choiceOf, chooseAmong, offersOf, pickOffer, type PickerEntry } from "./recipientPicker";

/**
 * Asks for other recipients of a file than those that a save would take.
 *
 * @param known - the recipients that it has, or would get.
 * @returns null if dismissed.
 */
export async function pickPeople(
  path: string,
  known: readonly NamedRecipient[],
  context: FileContext,
  prompts: VscodePrompts,
): Promise<readonly NamedRecipient[] | null> {
  const what = quoted(basename(path));
  const offersFor = (title: string, own: readonly NamedRecipient[]): readonly PickerEntry[] => [
    {
      way: "checklist",
      label: "$(checklist) Choose among those known…",
      choose: () => chooseAmong(title, [...known, ...own]),
    },
    ...offersOf(title, what, own, null, context, prompts)
      .filter(({ way }) => way !== "passphrase" && way !== "checklist")
      .map((offer) => (offer.way === "file" ? withWholeKeys(offer, title) : offer)),
  ];
  const picked = await pickOffer(offersFor, what, context);
  if (picked === null || "listed" in picked.answer) return null;
  const choice = await choiceOf({ ...picked, answer: picked.answer }, "the file");
  choice?.wipe();
  return choice?.named ?? null;
}

/** Shows the people in a recipients file, each with the whole key, before the file counts. */
function withWholeKeys(offer: PickerEntry, title: string): PickerEntry {
  return {
    ...offer,
    choose: async () => {
      const listed = await offer.choose();
      if (listed === null || typeof listed === "string") return listed;
      if (listed instanceof Uint8Array || "listed" in listed) return null;
      return chooseAmong(title, listed);
    },
  };
}
