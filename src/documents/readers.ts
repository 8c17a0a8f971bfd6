import { writtenFor, type Memory, type NamedRecipient } from "./memory/memory";
import type { OpenDocument } from "./openDocument";
import { certainRecipients } from "./questions/recipientChange";

/** The people who can read a document, as far as Cage knows them. */
export type Readers =
  | { readonly kind: "passphrase" }
  | { readonly kind: "certain"; readonly recipients: readonly NamedRecipient[] }
  | { readonly kind: "likely"; readonly recipients: readonly NamedRecipient[] }
  | { readonly kind: "counted"; readonly count: number; readonly own: string };

/** Returns the readers of a document, without reading the disk or using a key. */
export function readersOf(document: OpenDocument, memory: Memory): Readers {
  const { path, ciphertext, opener, stanzaTypes, believed } = document;
  if (opener.kind === "passphrase") return { kind: "passphrase" };
  const own = opener.recipient;
  const known = writtenFor(memory, path, ciphertext);
  const certain = certainRecipients({ stanzaTypes, known, openers: [own] });
  if (certain !== null) return { kind: "certain", recipients: certain };
  if (believed !== null) return { kind: "likely", recipients: believed };
  return { kind: "counted", count: stanzaTypes.length, own };
}
