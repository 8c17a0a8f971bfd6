import { carriageReturn, lineFeed, space, tabulator, withoutReturn } from "./ascii";
import { decodeBase64, decodeLines, encodeBase64, encodeLines } from "./base64";
import { concat, copyOf, startsWith, utf8 } from "./bytes";
import { armorLineDamage, type Damage, damages } from "./damage";
import { AgeError } from "./errors";
import { type Source, SourceReader } from "./source";

/** The first line of the armor. */
export const beginLine = utf8("-----BEGIN AGE ENCRYPTED FILE-----");

/** The most whitespace before the armor, and the most after it, in bytes: the limit of age 1.3. */
export const maxOuterWhitespace = 1024;

/** Counts the bytes of whitespace at the start of a text. */
export function leadingWhitespace(text: Uint8Array): number {
  const end = text.findIndex((character) => !isWhitespace(character));
  return end < 0 ? text.length : end;
}

/**
 * Decodes ASCII armor (age.md, ASCII armor; RFC 7468, strict) piece by piece. Lines end with LF or
 * CRLF. Whitespace may stand only outside the armor. A piece is valid until the next one is asked
 * for.
 *
 * @throws AgeError "invalid-armor", possibly after it has yielded some of the bytes.
 */
export async function* decodeArmor(source: Source): AsyncGenerator<Uint8Array> {
  const reader = new SourceReader(source);
  try {
    await skipBeginLine(reader);
    const body = new ArmorBody();
    for await (const piece of reader) {
      const bytes = body.decode(piece);
      if (bytes.length > 0) yield bytes;
    }
    body.end();
  } finally {
    await reader.return();
  }
}

/** Encodes a file as ASCII armor, as age does: lines of 64 columns that end with LF. */
export async function* encodeArmor(source: Source): AsyncGenerator<Uint8Array> {
  // Yields nothing before the source has given its first piece: it may fail at once.
  let begin = concat([beginLine, newline]);
  /** The bytes of a line that is not full yet. */
  const line = new Uint8Array(bytesPerLine);
  let held = 0;
  let text = new Uint8Array(0);
  for await (const piece of source) {
    if (begin.length > 0) yield begin;
    begin = begin.subarray(0, 0);
    const head = held === 0 ? piece.subarray(0, 0) : piece.subarray(0, bytesPerLine - held);
    line.set(head, held);
    held += head.length;
    const lines = Math.floor((piece.length - head.length) / bytesPerLine);
    const isLineFull = held === bytesPerLine;
    const length = (lines + (isLineFull ? 1 : 0)) * (columns + 1);
    if (text.length < length) text = new Uint8Array(length);
    let filled = 0;
    if (isLineFull) {
      filled = encodeLines(line, 1, text, 0);
      held = 0;
    }
    filled = encodeLines(piece.subarray(head.length), lines, text, filled);
    if (held === 0) {
      const rest = piece.subarray(head.length + lines * bytesPerLine);
      line.set(rest);
      held = rest.length;
    }
    if (filled > 0) yield text.subarray(0, filled);
  }
  const rest = line.subarray(0, held);
  const last = held === 0 ? rest : concat([encodeBase64(rest, "padded"), newline]);
  yield concat([begin, last, endLine, newline]);
}

/** Computes the length of the armor that {@link encodeArmor} makes of so many bytes. */
export function armoredSize(length: number): number {
  const lines = Math.ceil(length / bytesPerLine);
  return beginLine.length + 1 + Math.ceil(length / 3) * 4 + lines + endLine.length + 1;
}

const endLine = utf8("-----END AGE ENCRYPTED FILE-----");
const newline = Uint8Array.of(lineFeed);
const columns = 64;
const bytesPerLine = 48;
const linesAtOnce = 256;

async function skipBeginLine(reader: SourceReader): Promise<void> {
  const start = await reader.take(maxOuterWhitespace + beginLine.length + 2);
  const begin = leadingWhitespace(start);
  if (begin > maxOuterWhitespace) throw invalid("there is too much whitespace before the armor");
  let end = begin + beginLine.length;
  if (!startsWith(start.subarray(begin), beginLine)) throw invalid("the armor does not begin");
  if (start[end] === carriageReturn) end++;
  if (end >= start.length) throw damaged("cut armor");
  if (start[end] !== lineFeed) throw firstLineFailure(start.subarray(end));
  reader.unread(start.subarray(end + 1));
}

/** A decoder of everything after the first line, up to the end of the file. */
class ArmorBody {
  /** The start of a line whose end has not come yet. */
  #held: Uint8Array = new Uint8Array(0);
  /** The part that may come next: any line, the last line only, or nothing but whitespace. */
  #expected: "line" | "end line" | "whitespace" = "line";
  #trailingWhitespace = 0;
  /** The buffer of the last piece: asking for the next piece returns it to the producer. */
  #output: Uint8Array = new Uint8Array(0);

  /** Decodes all lines that end within this piece. */
  decode(piece: Uint8Array): Uint8Array {
    const text = this.#held.length === 0 ? piece : concat([this.#held, piece]);
    const most = Math.ceil(text.length / 4) * 3;
    if (this.#output.length < most) this.#output = new Uint8Array(most);
    const output = this.#output;
    let filled = 0;
    let position = 0;
    while (position < text.length && this.#expected !== "whitespace") {
      const lines = this.#expected === "line" ? usualLines(text, position) : 0;
      const lineEnd = position + lines * (columns + 1);
      const bytesIn = lines * bytesPerLine;
      if (lines > 0 && decodeLines(text.subarray(position, lineEnd), bytesIn, output, filled)) {
        filled += bytesIn;
        position = lineEnd;
        continue;
      }
      const end = text.indexOf(lineFeed, position);
      if (end < 0 && !startsWith(text.subarray(position), endLine)) break;
      const line = text.subarray(position, end < 0 ? text.length : end);
      const bytes = this.#decodeLine(line);
      output.set(bytes, filled);
      filled += bytes.length;
      position = end < 0 ? text.length : end + 1;
    }
    this.#held = copyOf(text.subarray(position));
    if (this.#expected === "whitespace") {
      this.#acceptWhitespace(this.#held);
      this.#held = new Uint8Array(0);
    } else if (this.#held.length > columns + 1) {
      throw lineFailure(this.#held, "a line of the armor is longer than 64 columns");
    }
    return output.subarray(0, filled);
  }

  /** Checks that the armor has ended when the file ends. */
  end(): void {
    if (this.#expected !== "whitespace") {
      const damage = armorLineDamage(this.#held);
      throw damaged(damage === null || damage === "empty line" ? "cut armor" : damage);
    }
  }

  #decodeLine(line: Uint8Array): Uint8Array {
    if (startsWith(line, endLine)) {
      this.#expected = "whitespace";
      this.#acceptWhitespace(line.subarray(endLine.length));
      return new Uint8Array(0);
    }
    if (this.#expected === "end line") {
      throw lineFailure(line, "a line follows the last one of the armor");
    }
    const text = withoutReturn(line);
    const bytes = text.length <= columns ? decodeBase64(text, "padded") : null;
    if (bytes === null || bytes.length === 0) {
      throw lineFailure(line, "a line of the armor is malformed");
    }
    if (bytes.length < bytesPerLine) this.#expected = "end line";
    return bytes;
  }

  #acceptWhitespace(text: Uint8Array): void {
    this.#trailingWhitespace += text.length;
    const rest = text.subarray(leadingWhitespace(text));
    if (rest.length > 0) throw lineFailure(rest, "something follows the armor");
    if (this.#trailingWhitespace > maxOuterWhitespace) {
      throw invalid("too much whitespace follows the armor");
    }
  }
}

/**
 * Counts the full lines that end with LF, from a position on, up to {@link linesAtOnce}. They are
 * decoded together, and one by one only if something is wrong with them.
 */
function usualLines(text: Uint8Array, start: number): number {
  let lines = 0;
  while (lines < linesAtOnce && text[start + lines * (columns + 1) + columns] === lineFeed) lines++;
  return lines;
}

/** Tells whether a character is a space or a control from tab to carriage return. */
function isWhitespace(character: number): boolean {
  return character === space || (character >= tabulator && character <= carriageReturn);
}

/** Returns the failure for an armor whose first line goes on with `rest`. */
function firstLineFailure(rest: Uint8Array): AgeError {
  const [blank, next] = rest;
  const isNext = (next !== undefined && isBase64(next)) || blank === carriageReturn;
  if (isNext || (blank !== undefined && isBase64(blank))) return damaged("no lines");
  return invalid("the armor's first line does not end");
}

/** Returns the failure for an unexpected line. It names the damage if the line shows it. */
function lineFailure(line: Uint8Array, message: string): AgeError {
  const first = line.subarray(0, Math.max(line.indexOf(lineFeed), 0) || line.length);
  const damage = armorLineDamage(first) ?? (beginsAnotherFile(first) ? "two files" : null);
  return damage === null ? invalid(message) : damaged(damage);
}

/** Tells whether a line is the first line of another armor, or of its Base64. */
function beginsAnotherFile(line: Uint8Array): boolean {
  return startsWith(line, beginLine) || startsWith(line, encodedIntro);
}

/** The format's name in Base64, as far as the characters are the same in every file. */
const encodedIntro = encodeBase64(utf8("age-encryption.org"), "unpadded");

function isBase64(character: number): boolean {
  return /[A-Za-z0-9+/]/.test(String.fromCharCode(character));
}

function damaged(damage: Damage): AgeError {
  return new AgeError("invalid-armor", damages[damage], { damage });
}

function invalid(message: string): AgeError {
  return new AgeError("invalid-armor", message);
}
