import { rememberedFile, type Memory, type NamedRecipient } from "./memory/memory";
import type { OpenDocument } from "./openDocument";

/** The people who can read a document, as far as Cage knows them. */
export type Readers =
  | { readonly kind: "passphrase" }
  | { readonly kind: "certain"; readonly recipients: readonly NamedRecipient[] }
  | { readonly kind: "likely"; readonly recipients: readonly NamedRecipient[] }
  | { readonly kind: "counted"; readonly count: number; readonly own: string };

/** Returns the readers of a document, without reading the disk or using a key. */
export function readersOf(document: OpenDocument, memory: Memory): Readers {
  const { opener, stanzaTypes, believed } = document;
  if (opener.kind === "passphrase") return { kind: "passphrase" };
  const known = writtenFor(document, memory);
  if (known !== null) return { kind: "certain", recipients: known };
  const own = opener.recipient;
  if (stanzaTypes.length === 1) return { kind: "certain", recipients: [{ text: own }] };
  if (believed !== null) return { kind: "likely", recipients: believed };
  return { kind: "counted", count: stanzaTypes.length, own };
}

/** Returns the recipients that Cage wrote a document for; null if Cage did not write it. */
export function writtenFor(
  { path, ciphertext }: Pick<OpenDocument, "path" | "ciphertext">,
  memory: Memory,
): readonly NamedRecipient[] | null {
  const written = rememberedFile(memory, path)?.written;
  return written?.ciphertext === ciphertext ? written.recipients : null;
}
