import { basename } from "node:path";
import type { NamedRecipient } from "../../documents/memory/memory";
import type { RecipientsQuestion } from "../../documents/questions/prompts";
import { counted, listFirst } from "./plural";
import { quoted, quotedRecipient, wholeRecipient } from "./foreignText";

/** A question as a dialog shows it. */
export interface RecipientsText {
  readonly message: string;
  readonly detail: string;
  /** The same text with all recipients, if the dialog's had to be cut; else null. */
  readonly whole: string | null;
}

/** The button that shows what the dialog has no room for. */
export const showAll = "Show All";

/** The button that answers for other files as well. */
export const allLikeThis = "Re-encrypt All Like This";

/** The most recipients in one sentence of a dialog: more would not fit on the screen. */
const mostShown = 8;

/** Words the question asked before a file is saved for other recipients than it has. */
export function recipientsText(question: RecipientsQuestion): RecipientsText {
  const { path, change, isReencryption } = question;
  const name = quoted(basename(path));
  const drops = change.dropped.length + change.unnamedDropped > 0;
  const [doing, go] = isReencryption ? ["Re-encrypting", "Re-encrypt"] : ["Saving", "Save"];
  const message = drops
    ? `${doing} ${name} would remove somebody's access. ${go} it for these recipients?`
    : `Are these the right recipients of ${name}?`;
  const detail = facts(question, mostShown);
  const whole = facts(question, Infinity);
  return { message, detail, whole: whole === detail ? null : `${message}\n\n${whole}\n` };
}

/** Says who would lose or gain access. If the user would lose it, that comes first. */
function facts(question: RecipientsQuestion, most: number): string {
  const { origin, change, next, present, files } = question;
  const hint = ` (${showAll} names them)`;
  const listed = (recipients: readonly NamedRecipient[]): string =>
    listFirst(recipients, most, quotedRecipient, hint);
  const listedWhole = (recipients: readonly NamedRecipient[]): string =>
    listFirst(recipients, most, wholeRecipient, hint);
  const { dropped, added, unnamedDropped, unnamedAdded } = change;
  const sentences = [
    ...(change.locksOut ? ["You yourself could no longer read it."] : []),
    ...(dropped.length > 0 ? [`Loses access: ${listed(dropped)}.`] : []),
    ...(unnamedDropped > 0
      ? [`${unnamed(dropped, unnamedDropped)} would lose access. An age file does not say who.`]
      : []),
    ...(added.length > 0 ? [`Gains access: ${listedWhole(added)}.`] : []),
    ...(unnamedAdded > 0
      ? [
          `${unnamedAdded} of the recipients below would gain access. An age file does not say who is new.`,
        ]
      : []),
  ];
  if (dropped.length + added.length + unnamedDropped + unnamedAdded === 0) {
    sentences.push(
      "The number of recipients is the same, but an age file does not say who they are, so Cage cannot know whether these are the same people.",
    );
  }
  // Anybody may be new if the change is not certain, so each whole key is shown.
  const nextNames = change.certain ? listed(next) : listedWhole(next);
  const whom = origin.kind === "passphrase" ? "the passphrase alone" : nextNames;
  sentences.push(`It would be encrypted to ${whom} (${whence(origin)}).`);
  if (present !== null) {
    const whose = change.certain ? "Current recipients" : "Current recipients, probably";
    sentences.push(`${whose}: ${listed(present)}.`);
  }
  if (files !== undefined) {
    sentences.push(
      `${allLikeThis} also answers for those of the ${counted(files, "file")} of this run that have the same recipients and the same list.`,
    );
  }
  return sentences.join("\n\n");
}

function unnamed(dropped: readonly NamedRecipient[], count: number): string {
  return counted(count, dropped.length > 0 ? "more recipient" : "recipient");
}

function whence({ kind, place }: RecipientsQuestion["origin"]): string {
  switch (kind) {
    case "recipients-file":
      return `from ${quoted(place)}`;
    case "rules":
      return `from the rule "${quoted(place)}" of the setting cage.recipients`;
    case "remembered":
      return "those it was last saved for";
    case "identity":
      return "your own identities that open it; no recipients file or rule names others";
    case "passphrase":
      return "the one that opened your text";
  }
}
