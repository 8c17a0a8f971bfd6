import { lineFeed } from "../../age/ascii";
import { base64Text, decodeBase64 } from "../../age/base64";
import { startsWith, utf8 } from "../../age/bytes";
import { AgeError } from "../../age/errors";
import { parseHeader, type Header } from "../../age/header";
import type { DraftKey } from "../unlocking/draftKey";
import type { ProcessName } from "../disk/processes";
import { isCount, isDigest, isPath, isShort, objectIn } from "../memory/recordFields";

/** The facts of a draft. They are in its record, and again in the encrypted part. */
export interface DraftFacts {
  /** The encrypted file, as documents name it: normalized and absolute. */
  readonly path: string;
  /** The digest of the ciphertext that the text was made from. */
  readonly base: string;
  /** The time when the draft was made, in milliseconds since 1970. */
  readonly made: number;
  /** The id of the window, which survives a restart of the extension host. */
  readonly session: string;
}

/** A draft's facts, and the process that made it. */
export interface DraftOrigin extends DraftFacts, ProcessName {}

/** The part of a draft that can be read without a key. */
export interface DraftRecord extends DraftOrigin {
  /**
   * The salt and the version's header, both in Base64. The file key of that header, with the salt,
   * gives the draft's key.
   */
  readonly salt: string;
  readonly header: string;
}

/** A record, and the position from which on the binary age file fills the rest. */
export interface DraftHead {
  readonly record: DraftRecord;
  readonly end: number;
}

/** The longest head, in bytes. It leaves room for the longest header that is allowed. */
export const longestHead = 3 * 1024 * 1024;

const firstLine = "cage-draft v1";

/**
 * Encodes the lines before the age file: one for the format, and one of JSON.
 *
 * @throws AgeError "invalid-draft" for a record that could not be parsed again.
 */
export function encodeHead(origin: DraftOrigin, { salt, header }: DraftKey): Uint8Array {
  const record: DraftRecord = {
    ...origin,
    salt: base64Text(salt, "padded"),
    header: base64Text(header, "padded"),
  };
  const head = utf8(`${firstLine}\n${JSON.stringify(record)}\n`);
  if (parseHead(head) !== null) return head;
  throw new AgeError("invalid-draft", "no draft of this path can be made", { path: origin.path });
}

/**
 * Parses the beginning of a draft's file. Anybody may have edited it, so all of it must make sense.
 *
 * @param bytes - the file, or its beginning up to the second line's end or further.
 * @returns null for anything else, and "another version" for a draft of a later Cage.
 */
export function parseHead(bytes: Uint8Array): DraftHead | "another version" | null {
  const first = bytes.subarray(0, longestHead).indexOf(lineFeed);
  if (first < 0 || first > 40) return null;
  const format = new TextDecoder("latin1").decode(bytes.subarray(0, first));
  if (format !== firstLine) return /^cage-draft v[0-9]+$/.test(format) ? "another version" : null;
  const second = bytes.subarray(0, longestHead).indexOf(lineFeed, first + 1);
  if (second < 0) return null;
  const record = parseRecord(bytes.subarray(first + 1, second));
  return record === null ? null : { record, end: second + 1 };
}

/** Tells by its beginning whether a file may be a draft. */
export function beginsDraft(start: Uint8Array): boolean {
  return startsWith(start, utf8("cage-draft v"));
}

/** Decodes the salt and the header of a record. @throws AgeError "invalid-draft". */
export function keyPartsOf(record: DraftRecord): {
  readonly salt: Uint8Array;
  readonly header: Header;
} {
  const salt = decodeBase64(utf8(record.salt), "padded");
  const header = decodeBase64(utf8(record.header), "padded");
  if (salt === null || header === null) throw invalidDraft(record.path);
  try {
    return { salt, header: parseHeader(header) };
  } catch (error) {
    if (error instanceof AgeError) throw invalidDraft(record.path);
    throw error;
  }
}

/** Encodes the facts that precede the content in the encrypted part. */
export function encodeFacts({ path, base, made, session }: DraftFacts): Uint8Array {
  return utf8(`${JSON.stringify({ path, base, made, session })}\n`);
}

/**
 * Compares the encrypted facts with those of the record. Nobody can pass off a draft as one of
 * another file or version by editing the record.
 *
 * @returns the content, in the same memory.
 * @throws AgeError "invalid-draft" if they differ.
 */
export function contentAfterFacts(plaintext: Uint8Array, facts: DraftFacts): Uint8Array {
  const expected = encodeFacts(facts);
  if (!startsWith(plaintext, expected)) throw invalidDraft(facts.path);
  return plaintext.subarray(expected.length);
}

/** Makes the error for something that is not a draft, or not the one in its record. */
export function invalidDraft(path: string): AgeError {
  return new AgeError("invalid-draft", "the draft is not what its record says", { path });
}

function parseRecord(line: Uint8Array): DraftRecord | null {
  const fields = objectIn(line);
  if (fields === null) return null;
  const { path, base, made, session, home, pid, start, salt, header } = fields;
  if (!isPath(path) || !isDigest(base) || !isCount(made) || !isCount(pid) || pid === 0) return null;
  if (!isShort(session) || !isShort(home, 300) || !isShort(start, 300)) return null;
  if (typeof salt !== "string" || typeof header !== "string") return null;
  return { path, base, made, session, home, pid, start, salt, header };
}
