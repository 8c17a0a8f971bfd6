import type { Format } from "../../age/age";
import type { NamedRecipient } from "../../documents/memory/memory";
import type { Readers } from "../../documents/readers";
import { counted, listFirst } from "./plural";
import { quotedRecipient, wholeRecipient } from "./foreignText";

/** The most recipients that a tooltip names. */
const mostNamed = 8;

/** Says who can read a file, and its format: a line of the status bar's tooltip, as text. */
export function readersText(readers: Readers, format: Format): string {
  const written = format === "armored" ? "Armored (text)" : "Binary";
  return `${audience(readers)} ${written}.`;
}

function audience(readers: Readers): string {
  switch (readers.kind) {
    case "passphrase":
      return "For whoever knows its passphrase.";
    case "certain":
      return `For ${listed(readers.recipients, quotedRecipient)}.`;
    case "likely":
      // Somebody may have made a key with the same ends, so the whole key is shown.
      return `Probably for ${listed(readers.recipients, wholeRecipient)}. An age file does not say who they are.`;
    case "counted":
      return `For ${counted(readers.count, "recipient")}, one of them you (${quotedRecipient({ text: readers.own })}). An age file does not say who the others are.`;
  }
}

function listed(
  recipients: readonly NamedRecipient[],
  say: (recipient: NamedRecipient) => string,
): string {
  return `${counted(recipients.length, "recipient")}: ${listFirst(recipients, mostNamed, say)}`;
}
