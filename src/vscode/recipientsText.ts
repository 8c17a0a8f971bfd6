import { basename } from "node:path";
import type { NamedRecipient } from "../documents/memory";
import type { RecipientsQuestion } from "../documents/prompts";
import { counted } from "./counted";
import { quoted, quotedRecipient } from "./foreignText";

/** Words the question whether to save for other recipients than the file has. */
export function recipientsText({ path, origin, change, next, present }: RecipientsQuestion): {
  message: string;
  detail: string;
} {
  const name = quoted(basename(path));
  const facts: string[] = [];
  if (change.dropped.length > 0) {
    facts.push(`Could no longer read it: ${listed(change.dropped)}.`);
  }
  if (change.unnamedDropped > 0) {
    const count = counted(
      change.unnamedDropped,
      change.dropped.length > 0 ? "more recipient" : "recipient",
    );
    facts.push(`${count} could no longer read it. An age file does not tell who they are.`);
  }
  if (change.added.length > 0) {
    facts.push(`Could read it from now on: ${listedInFull(change.added)}.`);
  }
  if (change.unnamedAdded > 0) {
    facts.push(
      `${counted(change.unnamedAdded, "recipient")} of those below could read it from now on. An age file does not tell who is new.`,
    );
  }
  if (facts.length === 0) {
    facts.push(
      "The number of recipients is the same, but an age file does not tell who they are, so Cage cannot know whether these are the same people.",
    );
  }
  if (change.locksOut) facts.push("You yourself could no longer read it.");
  // Where nobody knows who is new, anybody may be.
  const nextNames = change.unnamedAdded > 0 ? listedInFull(next) : listed(next);
  const whom = origin.kind === "passphrase" ? "the passphrase alone" : nextNames;
  facts.push(`It would be encrypted to ${whom} (${whence(origin)}).`);
  if (present !== null) {
    const whose = change.certain ? "The present ones are" : "The present ones are probably";
    facts.push(`${whose} ${listed(present)}.`);
  }
  const drops = change.dropped.length + change.unnamedDropped > 0;
  return {
    message: drops
      ? `Saving ${name} would take it away from somebody. Save it for these recipients?`
      : `Are these the right recipients of ${name}?`,
    detail: facts.join("\n\n"),
  };
}

function whence({ kind, place }: RecipientsQuestion["origin"]): string {
  switch (kind) {
    case "recipients-file":
      return `from ${quoted(place)}`;
    case "rules":
      return `from the rule "${quoted(place)}" of the setting cage.recipients`;
    case "remembered":
      return "whom it was saved for last";
    case "identity":
      return "the identity that opened it; no recipients file or rule names others";
    case "passphrase":
      return "the one that opened your text";
  }
}

function listed(recipients: readonly NamedRecipient[]): string {
  return recipients.map(quotedRecipient).join(", ");
}

/** Lists whole keys, for those who gain access: a key can be made like another one at its ends. */
function listedInFull(recipients: readonly NamedRecipient[]): string {
  return recipients
    .map(({ text, name }) =>
      name === undefined ? quoted(text) : `${quoted(name)} (${quoted(text)})`,
    )
    .join(", ");
}
