import type { Recipient } from "../../age/identity";
import { AgeError } from "../../age/errors";
import type { BatchItem } from "../../documents/files/planBatch";
import type { Skipped } from "../../documents/files/walkFolder";
import type { NamedRecipient } from "../../documents/memory/memory";
import type { FileContext } from "../../documents/files/unfinishedStore";
import { findLists, type ListedFiles, type Lists } from "../../documents/recipients/recipientLists";
import { parsed } from "../../documents/recipients/recipients";
import { counted } from "../wording/plural";
import { listPlaceText, shortPlaceText, type ShownList } from "../wording/listsText";
import { quotedRecipient } from "../wording/foreignText";
import type { VscodePrompts } from "../prompts/vscodePrompts";
import {
  addOneself,
  isForOneself,
  choiceOf,
  listComesFirst,
  offersOf,
  pickOffer,
  type RecipientChoice,
  type PickerEntry,
  type Picked,
} from "./recipientPicker";

/** A list that is used, with its parsed recipients. */
export interface UsedList extends ShownList {
  readonly recipients: readonly Recipient[];
}

/** The recipients of a batch: the same for all files, or for each file those of its own list. */
export type BatchChoice =
  | {
      readonly kind: "one for all";
      readonly choice: RecipientChoice;
      /** The number of lists that apply to some of the files, and are ignored. */
      readonly overruled: number;
    }
  | {
      readonly kind: "lists";
      readonly lists: readonly UsedList[];
      /** The files without a usable list, by their targets. */
      readonly without: ReadonlyMap<string, Omit<Skipped, "path">>;
      readonly identities: RecipientChoice["identities"];
      wipe(): void;
    };

/** The recipients of one file of a batch, as an encryption takes them. */
export type FileRecipients = Pick<RecipientChoice, "recipients" | "named" | "identities">;

/**
 * Asks who may read the files of a batch: the same people for all, or those of each file's nearest
 * list.
 *
 * @returns null if the user dismissed it.
 */
export async function pickBatchRecipients(
  items: readonly BatchItem[],
  context: FileContext,
  prompts: VscodePrompts,
): Promise<BatchChoice | null> {
  const what = counted(items.length, "file");
  const lists = await findLists(
    items.map(({ target }) => target),
    context.sources,
  );
  const picked = await pickOffer(
    (title, own) =>
      batchOffers(offersOf(title, what, own, null, context, prompts), lists, items.length),
    what,
    context,
  );
  if (picked === null) return null;
  const { answer } = picked;
  if ("listed" in answer) return listsChoice({ ...picked, answer });
  const choice = await choiceOf({ ...picked, answer }, "the files");
  return choice === null ? null : { kind: "one for all", choice, overruled: lists.listed.length };
}

/**
 * Makes the offers of a batch, in the order of {@link offersOf}. An offer that counts for all files
 * says so.
 */
export function batchOffers(
  offers: readonly PickerEntry[],
  lists: Lists,
  count: number,
): readonly PickerEntry[] {
  const detail = `the same for all ${counted(count, "file")}`;
  const common = offers.map((offer) =>
    offer.way === "new identity" ? offer : { ...offer, detail },
  );
  if (lists.listed.length === 0) return common;
  const isOneself = common[0]?.way === "oneself";
  const at = isOneself && !listComesFirst() ? 1 : 0;
  return [...common.slice(0, at), listsOffer(lists), ...common.slice(at)];
}

function listsOffer(lists: Lists): PickerEntry {
  const { listed, unlisted } = lists;
  const bad = listed.filter(({ list }) => list instanceof AgeError);
  const [only] = listed;
  const choose = () => Promise.resolve(lists);
  const isOnly = listed.length === 1 && unlisted.length === 0;
  if (only !== undefined && isOnly && !(only.list instanceof AgeError)) {
    return {
      way: "list",
      label: `$(organization) Everybody in ${shortPlaceText(only.origin)}`,
      description: only.list.named.map(quotedRecipient).join(", "),
      detail: listPlaceText(only.origin),
      choose,
    };
  }
  const notes = [
    ...listed.map(
      ({ origin, paths }) => `${listPlaceText(origin)} (${counted(paths.length, "file")})`,
    ),
    ...(unlisted.length > 0 ? [`no list (${counted(unlisted.length, "file")}, left out)`] : []),
  ];
  const faults = bad.length > 0 ? `, ${bad.length} of them cannot be used` : "";
  return {
    way: "list",
    label: "$(organization) Everybody in the nearest list of each file",
    description: `${counted(listed.length, "list")}${faults}`,
    detail: notes.join(", "),
    choose,
  };
}

async function listsChoice({
  answer: { listed, unlisted },
  own,
  identities,
  wipe,
}: Picked<Lists>): Promise<BatchChoice | null> {
  try {
    const without = new Map<string, Omit<Skipped, "path">>(
      unlisted.map((path) => [path, { reason: "no recipients list applies" }]),
    );
    const usable: UsedList[] = [];
    for (const { origin, list, paths } of listed) {
      if (!(list instanceof AgeError)) usable.push({ ...list, paths });
      else for (const path of paths) without.set(path, badList({ origin, list, paths }));
    }
    const lists = await withOneself(usable, own);
    if (lists !== null) return { kind: "lists", lists, without, identities, wipe };
  } catch (error) {
    wipe();
    throw error;
  }
  wipe();
  return null;
}

function badList({ origin, list }: ListedFiles): Omit<Skipped, "path"> {
  const reason = "recipients list cannot be used";
  const fault = list instanceof AgeError ? list.message : "";
  const isNamed = fault.includes(origin.place);
  return { reason, detail: isNamed ? fault : `${listPlaceText(origin)}: ${fault}` };
}

/** Warns about lists that leave the user out. @returns the lists agreed on; null if dismissed. */
async function withOneself(
  lists: readonly UsedList[],
  own: readonly NamedRecipient[],
): Promise<readonly UsedList[] | null> {
  const foreign = lists.filter(({ named }) => !isForOneself(named, own));
  if (foreign.length === 0) return lists;
  const count = foreign.reduce((sum, { paths }) => sum + paths.length, 0);
  const places = foreign.map(({ origin }) => listPlaceText(origin)).join(", ");
  const added = await addOneself(`${counted(count, "file")} (by ${places})`, own);
  if (added === null) return null;
  return lists.map((list) => {
    if (!foreign.includes(list)) return list;
    const { named, recipients } = parsed(list.origin, [...list.named, ...added]);
    return { ...list, named, recipients };
  });
}

/** Makes a function from a file's target to its recipients; null for a file that has none. */
export function recipientsByTarget(choice: BatchChoice): (target: string) => FileRecipients | null {
  if (choice.kind === "one for all") return () => choice.choice;
  const { identities } = choice;
  const byTarget = new Map<string, FileRecipients>();
  for (const { named, recipients, paths } of choice.lists) {
    for (const path of paths) byTarget.set(path, { named, recipients, identities });
  }
  return (target) => byTarget.get(target) ?? null;
}
