import { isPrintable, lineFeed, space } from "./ascii";
import { decodeBase64, encodeBase64 } from "./base64";
import { concat, startsWith, utf8 } from "./bytes";
import { type Damage, damages, headerDamage } from "./damage";
import { AgeError } from "./errors";
import { equalInConstantTime, hkdf, hmac } from "./primitives";
import type { SourceReader } from "./source";
import { Turns } from "./turns";

/** A file key, wrapped for one recipient (age.md, Recipient stanza). */
export interface Stanza {
  readonly type: string;
  readonly args: readonly string[];
  readonly body: Uint8Array;
}

/** The part of a file before its payload: the stanzas, and a MAC over them under the file key. */
export interface Header {
  readonly stanzas: readonly Stanza[];
  readonly mac: Uint8Array;
  /** The header as it was read, up to and including the newline after the MAC. */
  readonly bytes: Uint8Array;
}

/** The beginning of every age file that is not armored, whatever its version. */
export const intro = utf8("age-encryption.org/");

/** The length of a file key in bytes. */
export const fileKeySize = 16;

/**
 * Reads a file's header and leaves the reader at the payload. It parses each line as it comes, so
 * it reads no further than a fault. It never holds more than the largest header that is allowed.
 *
 * @throws AgeError "unsupported-version" or "invalid-header".
 */
export async function readHeader(reader: SourceReader, signal?: AbortSignal): Promise<Header> {
  const parsing = beginParsing();
  // A header may be long, so the event loop turns meanwhile.
  const turns = new Turns(64);
  let bytes = new Uint8Array(4096);
  let filled = 0;
  let lineStart = 0;
  try {
    for (;;) {
      const { value: piece } = await reader.next();
      if (piece === undefined) throw damaged("cut");
      const head = piece.subarray(0, maxHeaderSize - filled);
      bytes = withRoom(bytes, filled, head.length);
      bytes.set(head, filled);
      let searched = filled;
      filled += head.length;

      for (;;) {
        const newline = bytes.subarray(0, filled).indexOf(lineFeed, searched);
        if (newline < 0) break;
        const step = parsing.next(bytes.subarray(lineStart, newline));
        lineStart = searched = newline + 1;
        if (step.done === true) {
          reader.unread(piece.subarray(head.length - (filled - lineStart)));
          return { ...step.value, bytes: bytes.slice(0, lineStart) };
        }
        const pause = turns.step(signal);
        if (pause !== null) await pause;
      }
      if (filled === maxHeaderSize) throw tooLong();
    }
  } catch (error) {
    throw withDamage(error, bytes.subarray(0, filled));
  }
}

/**
 * Parses a whole header, from the version line to the newline after the MAC.
 *
 * @param bytes - kept as {@link Header.bytes}; they must not change afterwards.
 * @throws AgeError "unsupported-version" or "invalid-header".
 */
export function parseHeader(bytes: Uint8Array): Header {
  const parsing = beginParsing();
  try {
    if (bytes.length > maxHeaderSize) throw tooLong();
    for (let lineStart = 0; ;) {
      const newline = bytes.indexOf(lineFeed, lineStart);
      if (newline < 0) throw invalid("the header ends before its MAC");
      const step = parsing.next(bytes.subarray(lineStart, newline));
      lineStart = newline + 1;
      if (step.done !== true) continue;
      if (lineStart !== bytes.length) throw invalid("something follows the header");
      return { ...step.value, bytes };
    }
  } catch (error) {
    throw withDamage(error, bytes);
  }
}

/** Begins to parse a header. Each step takes a line without its newline; the MAC's is the last. */
function beginParsing(): Parsing<Omit<Header, "bytes">> {
  const parsing = parsed();
  parsing.next();
  return parsing;
}

/** A part of a header that is parsed line by line. */
type Parsing<Result> = Generator<undefined, Result, Uint8Array>;

function* parsed(): Parsing<Omit<Header, "bytes">> {
  checkVersionLine(yield);
  const stanzas: Stanza[] = [];
  let line = yield;
  for (; !startsWith(line, macLinePrefix); line = yield) {
    if (stanzas.length === maxStanzas) throw invalid("the header has more than 1024 stanzas");
    const { type, args } = parseStanzaLine(line);
    stanzas.push({ type, args, body: yield* parsedBody() });
  }
  if (stanzas.length === 0) throw invalid("the header has no stanza");
  return { stanzas, mac: parseMacLine(line) };
}

/** Encodes a header; the inverse of {@link parseHeader}, byte for byte. */
export function encodeHeader({ stanzas, mac }: Omit<Header, "bytes">): Uint8Array {
  return withMac(encodeUpToMac(stanzas), mac);
}

/**
 * Makes the header of a new file, with its MAC.
 *
 * @throws AgeError "invalid-recipient" if a recipient made a stanza that cannot be written.
 */
export function createHeader(stanzas: readonly Stanza[], fileKey: Uint8Array): Header {
  if (stanzas.length > maxStanzas || !stanzas.every(isWritable)) throw notWritable();
  const upToMac = encodeUpToMac(stanzas);
  const mac = headerMac(upToMac, fileKey);
  const bytes = withMac(upToMac, mac);
  if (bytes.length > maxHeaderSize) throw notWritable();
  return { stanzas, mac, bytes };
}

/** Tells whether a header's MAC is the one that this file key gives. */
export function verifyHeaderMac(header: Header, fileKey: Uint8Array): boolean {
  const upToMac = header.bytes.subarray(0, header.bytes.length - macLineLength);
  return equalInConstantTime(headerMac(upToMac, fileKey), header.mac);
}

/** The limits of age 1.3. The format itself has no limits. */
const maxHeaderSize = 2 * 1024 * 1024;
const maxStanzas = 1024;
const maxArgs = 128;

const columns = 64;
const versionLine = utf8("age-encryption.org/v1");
const stanzaLinePrefix = utf8("->");
const macLinePrefix = utf8("---");
/** The rest of the MAC line: a space, 43 characters of Base64, a newline. */
const macLineLength = 1 + 43 + 1;

/** Computes the MAC over the header up to and including the hyphens (age.md, Header MAC). */
function headerMac(upToMac: Uint8Array, fileKey: Uint8Array): Uint8Array {
  const key = hkdf(fileKey, new Uint8Array(0), "header");
  try {
    return hmac(key, upToMac);
  } finally {
    key.fill(0);
  }
}

function encodeUpToMac(stanzas: readonly Stanza[]): Uint8Array {
  const parts = [versionLine, utf8("\n")];
  for (const { type, args, body } of stanzas) {
    parts.push(utf8(`-> ${[type, ...args].join(" ")}\n`));
    const text = encodeBase64(body, "unpadded");
    // The body ends with a line that is not full, so a full last line is followed by an empty one.
    for (let at = 0; at <= text.length; at += columns) {
      parts.push(text.subarray(at, at + columns), utf8("\n"));
    }
  }
  parts.push(macLinePrefix);
  return concat(parts);
}

function withMac(upToMac: Uint8Array, mac: Uint8Array): Uint8Array {
  return concat([upToMac, utf8(" "), encodeBase64(mac, "unpadded"), utf8("\n")]);
}

function checkVersionLine(line: Uint8Array): void {
  if (line.length === versionLine.length && startsWith(line, versionLine)) return;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(line.subarray(0, columns));
  if (/^age-encryption\.org\/v[A-Za-z0-9.-]+$/.test(text)) {
    throw new AgeError("unsupported-version", `the version of the format is not v1: "${text}"`);
  }
  throw invalid("the version line is malformed");
}

function parseStanzaLine(line: Uint8Array): Pick<Stanza, "type" | "args"> {
  if (!startsWith(line, stanzaLinePrefix)) throw invalid("a stanza has to begin with an arrow");
  let spaces = 0;
  for (const character of line) {
    if (!isPrintable(character)) {
      throw invalid("a stanza has a character that is not allowed");
    }
    if (character === space) spaces++;
  }
  // One space precedes the type, and one each argument.
  if (spaces > maxArgs + 1) throw invalid("a stanza has more than 128 arguments");
  const [arrow, type, ...args] = new TextDecoder().decode(line).split(" ");
  if (arrow !== "->" || type === undefined || type === "" || args.includes("")) {
    throw invalid("the arguments of a stanza are malformed");
  }
  return { type, args };
}

function* parsedBody(): Parsing<Uint8Array> {
  const parts: Uint8Array[] = [];
  let line: Uint8Array;
  do {
    line = yield;
    const part = line.length <= columns ? decodeBase64(line, "unpadded") : null;
    if (part === null) throw invalid("the body of a stanza is malformed");
    parts.push(part);
  } while (line.length === columns);
  return concat(parts);
}

function parseMacLine(line: Uint8Array): Uint8Array {
  const mac = line.length > columns ? null : decodeBase64(line.subarray(4), "unpadded");
  if (!startsWith(line, utf8("--- ")) || mac?.length !== 32) {
    throw invalid("the line of the header's MAC is malformed");
  }
  return mac;
}

function isWritable({ type, args }: Stanza): boolean {
  return args.length <= maxArgs && [type, ...args].every((arg) => /^[\x21-\x7e]+$/.test(arg));
}

function notWritable(): AgeError {
  return new AgeError("invalid-recipient", "the recipients' stanzas do not fit into a header");
}

/** Returns the buffer, or a copy at least twice as large if the buffer has too little room. */
function withRoom(
  bytes: Uint8Array<ArrayBuffer>,
  filled: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  if (filled + length <= bytes.length) return bytes;
  const copy = new Uint8Array(Math.max(bytes.length * 2, filled + length));
  copy.set(bytes.subarray(0, filled));
  return copy;
}

/** Returns an error that names the damage, if the bytes show a known kind; else the error. */
function withDamage(error: unknown, bytes: Uint8Array): unknown {
  const isOfHeader = error instanceof AgeError && error.code === "invalid-header";
  const damage = isOfHeader ? headerDamage(bytes) : null;
  return damage === null ? error : damaged(damage);
}

function damaged(damage: Damage): AgeError {
  return new AgeError("invalid-header", damages[damage], { damage });
}

function tooLong(): AgeError {
  return invalid("the header is longer than 2 MiB");
}

function invalid(message: string): AgeError {
  return new AgeError("invalid-header", message);
}
