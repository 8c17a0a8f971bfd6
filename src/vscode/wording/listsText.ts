import { basename } from "node:path";
import type { NamedRecipient } from "../../documents/memory/memory";
import type { RecipientsOrigin } from "../../documents/questions/prompts";
import { counted, listFirst } from "./plural";
import { quoted, quotedRecipient, wholeRecipient } from "./foreignText";

/** A list that the user is asked about, and the files that it applies to. */
export interface ShownList {
  readonly origin: RecipientsOrigin;
  readonly named: readonly NamedRecipient[];
  /** The paths that the encrypted files will have. */
  readonly paths: readonly string[];
}

/** The most lists, and people of each, in a question: more would not fit on the screen. */
const mostLists = 6;
const mostRecipients = 8;

/**
 * Writes the lines of a question about lists, with the files and people of each.
 *
 * @returns `isWhole` false if the question has no room for all of it.
 */
export function listsQuestion(lists: readonly ShownList[]): {
  readonly lines: readonly string[];
  readonly isWhole: boolean;
} {
  const shown = lists.slice(0, mostLists);
  const lines = shown.map(({ origin, named, paths }) => {
    const people = listFirst(named, mostRecipients, quotedRecipient);
    return `${counted(paths.length, "file")} by ${listPlaceText(origin)}: for ${people}`;
  });
  const more = lists.length - shown.length;
  const isWhole = more <= 0 && shown.every(({ named }) => named.length <= mostRecipients);
  return { lines: more > 0 ? [...lines, `and ${counted(more, "more list")}`] : lines, isWhole };
}

/** Writes lists as lines of a plan, with the number of files, all people and their whole keys. */
export function listsLines(lists: readonly ShownList[]): readonly string[] {
  return lists.map(({ origin, named, paths }, index) =>
    [
      `List ${index + 1}: ${listPlaceText(origin)} (${counted(paths.length, "file")})`,
      ...named.map((recipient) => `    ${wholeRecipient(recipient)}`),
    ].join("\n"),
  );
}

/** Names a list: "/ws/prod/.age-recipients", or the rule of the settings. */
export function listPlaceText({ kind, place }: RecipientsOrigin): string {
  return kind === "rules" ? `the rule "${quoted(place)}" of cage.recipients` : quoted(place);
}

/** Names a list where there is little room. */
export function shortPlaceText(origin: RecipientsOrigin): string {
  return origin.kind === "rules" ? listPlaceText(origin) : quoted(basename(origin.place));
}
