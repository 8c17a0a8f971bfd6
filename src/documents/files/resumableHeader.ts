import { readAgeFile, stanzaTypes, type Header } from "../../age/age";
import { isDamage } from "../../age/errors";
import { sha256Hex } from "../../age/primitives";
import type { DescribedFile } from "../disk/disk";
import type { Encryption } from "./encryption";
import type { StartedAnew } from "./fileOutcome";
import { keyAtHand } from "../unlocking/keyAtHand";
import type { NamedRecipient } from "../memory/memory";
import type { KeySources } from "../questions/asking";
import type { UnfinishedOperation } from "./unfinishedRecord";
import type { Workplace } from "./partialOutput";

/**
 * The header at the beginning of an unfinished encryption, and its file key, which the caller
 * wipes.
 */
export interface ResumableHeader {
  readonly header: Header;
  readonly fileKey: Uint8Array;
}

/**
 * Finds the header with which an encryption can be resumed. A header decides who can read the file,
 * but does not name the recipients, so it must be the one that the record notes for them.
 *
 * @returns the header and its file key, or the reason to start anew; null if there is no output
 * yet.
 */
export async function resumableHeader(
  file: DescribedFile,
  previous: UnfinishedOperation | null,
  { format, recipients, named, identities }: Encryption,
  target: string,
  keys: KeySources,
  signal?: AbortSignal,
): Promise<ResumableHeader | StartedAnew | null> {
  if ((await file.size()) === 0) return null;
  if (format === "armored") return "armored";
  const header = await binaryHeader(file, signal);
  if (typeof header === "string") return header;
  if (previous?.operation !== "encrypt") return "not on record";
  if (!isSameList(previous.recipients, named)) return "other recipients";
  if (previous.header !== sha256Hex(header.bytes)) return "not on record";
  const types = recipients.map(({ type }) => type).sort();
  if (types.join(" ") !== [...stanzaTypes(header)].sort().join(" ")) return "other recipients";
  const fileKey = await keyAtHand(header, target, identities, keys, signal);
  return typeof fileKey === "string" ? fileKey : { header, fileKey };
}

/**
 * Returns the digest of the header that a record vouches for; null if its recipients are others.
 */
export function headerFor(
  previous: UnfinishedOperation | null,
  named: readonly NamedRecipient[] | null,
): string | null {
  if (previous?.operation !== "encrypt" || !isSameList(previous.recipients, named)) return null;
  return previous.header;
}

/** Notes the header of an encryption in the record, so that it can be resumed. */
export async function noteHeader({ bytes }: Header, work: Workplace): Promise<void> {
  await work.note((record) =>
    record.operation === "encrypt" ? { ...record, header: sha256Hex(bytes) } : record,
  );
}

async function binaryHeader(
  file: DescribedFile,
  signal?: AbortSignal,
): Promise<Header | "armored" | "damaged"> {
  try {
    const read = await readAgeFile(file.stream(signal), signal);
    await read.close();
    return read.format === "armored" ? "armored" : read.header;
  } catch (error) {
    if (isDamage(error)) return "damaged";
    throw error;
  }
}

function isSameList(
  one: readonly NamedRecipient[] | null,
  other: readonly NamedRecipient[] | null,
): boolean {
  const texts = (list: readonly NamedRecipient[]) => new Set(list.map(({ text }) => text));
  if (one === null || other === null) return one === other;
  const [a, b] = [texts(one), texts(other)];
  return a.size === b.size && [...a].every((text) => b.has(text));
}
