import { isPartialOf } from "../disk/hiddenNames";
import type { PartialInFolder } from "./partialFolder";
import type { RecordedRun } from "../disk/processes";
import type { NamedRecipient } from "../memory/memory";
import { isCount, isDigest, isNamedList, isPath, isShort, objectIn } from "../memory/recordFields";

/** The record of an operation on a file while it runs. It contains no key and no plaintext. */
export type UnfinishedOperation = UnfinishedEncryption | UnfinishedDecryption;

interface Run extends RecordedRun, PartialInFolder {
  /** The real paths. The partial lies beside the target. */
  readonly source: string;
  readonly target: string;
  readonly sourceSize: number;
}

/** An encryption that is running or unfinished. */
export interface UnfinishedEncryption extends Run {
  readonly operation: "encrypt";
  /** The recipients of the file; null for a passphrase. */
  readonly recipients: readonly NamedRecipient[] | null;
  /**
   * The digest of the partial's header, null at first. It reveals a partial put there by others.
   */
  readonly header: string | null;
  readonly readBack: ReadBack;
  readonly original: Original;
}

/** A decryption that is running or unfinished. */
export interface UnfinishedDecryption extends Run {
  readonly operation: "decrypt";
}

/** The choice to decrypt and compare an encrypted file before it gets its name, or not to. */
export type ReadBack = "compare with the source" | "no";

/** The fate of the source of an encryption. The caller carries it out afterwards. */
export type Original = "keep" | "trash";

/** Encodes a record for storage. */
export function encodeRecord(record: UnfinishedOperation): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ version: 1, ...record }));
}

/**
 * Parses a record. Anybody may have edited it, so all of it must make sense. The path of the
 * partial must have such a name and lie beside the target.
 *
 * @returns null for anything else.
 */
export function parseRecord(bytes: Uint8Array): UnfinishedOperation | null {
  const record = objectIn(bytes);
  if (record?.["version"] !== 1) return null;
  const { source, target, partial, sourceSize, pid, start } = record;
  if (!isPath(source) || !isPath(target) || !isPath(partial) || !isPartialOf(partial, target)) {
    return null;
  }
  if (!isCount(sourceSize) || !isCount(pid) || pid === 0 || !isShort(start)) return null;
  const { home, since, folder } = record;
  const isPlaced = isMissingOr(home, isLine) && isMissingOr(folder, isLine);
  if (!isPlaced || !isMissingOr(since, isCount)) return null;
  const place = {
    ...(home === undefined ? {} : { home }),
    ...(since === undefined ? {} : { since }),
    ...(folder === undefined ? {} : { folder }),
  };
  const run = { source, target, partial, sourceSize, pid, start, ...place };
  if (record["operation"] === "decrypt") return { operation: "decrypt", ...run };
  const { operation, recipients, header, readBack, original } = record;
  const isWhole =
    operation === "encrypt" &&
    (recipients === null || isNamedList(recipients)) &&
    (header === null || isDigest(header)) &&
    (readBack === "compare with the source" || readBack === "no") &&
    (original === "keep" || original === "trash");
  return isWhole ? { operation, ...run, recipients, header, readBack, original } : null;
}

/** Tells whether a field is right, or missing as in records of earlier versions. */
function isMissingOr<T>(
  value: unknown,
  isRight: (value: unknown) => value is T,
): value is T | undefined {
  return value === undefined || isRight(value);
}

function isLine(value: unknown): value is string {
  return isShort(value, 400);
}

/**
 * Tells whether another version of Cage made a record. This version neither judges nor removes it.
 */
export function isOfAnotherVersion(bytes: Uint8Array): boolean {
  const version = objectIn(bytes)?.["version"];
  return typeof version === "number" && version !== 1;
}

/** The largest record, in bytes. It leaves room for 1024 recipients with their names. */
export const maxRecordSize = 1024 * 1024;
