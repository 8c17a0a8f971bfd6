import { basename } from "node:path";
import { hasText, linesOf, withoutReturn } from "../age/ascii";
import { utf8Mark, utf16Order } from "../age/byteOrderMark";
import { startsWith } from "../age/bytes";
import { AgeError } from "../age/errors";

/** The largest identity or recipients file, in bytes; the same limit as age 1.3's. */
export const maxKeyFileSize = 16 * 1024 * 1024;

/** A line of a key file: its number, counted from 1, and its bytes without the line's end. */
export interface Line {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/**
 * Splits a key file into lines that end in LF or CRLF. The bytes are views of `content`, so that
 * wiping it wipes them.
 */
export function* splitLines(content: Uint8Array): Generator<Line> {
  let number = 0;
  for (const line of linesOf(content)) yield { number: ++number, bytes: withoutReturn(line) };
}

/** Tells whether `bytes` begin with the ASCII text `prefix`. */
export function startsWithText(bytes: Uint8Array, prefix: string): boolean {
  return hasText(bytes, 0, prefix);
}

/**
 * Returns why `content` cannot be a key file at all, as the end of a sentence, or `null` if it can.
 * It refuses the encodings that Windows writes unasked: PowerShell 5's `>` and Notepad's "UTF-8
 * with BOM".
 */
export function keyFileProblem(content: Uint8Array): string | null {
  if (content.length > maxKeyFileSize) return "is larger than 16 MiB";
  if (utf16Order(content) !== null) return "is encoded as UTF-16, but age requires UTF-8";
  if (startsWith(content, utf8Mark)) {
    return "begins with a byte order mark, which age does not accept";
  }
  return null;
}

/**
 * Adds the file and the line to a failure. The path comes last, since it may be long, and a long
 * message is cut off at its end.
 */
export function atLine(error: unknown, path: string, line: number): unknown {
  if (!(error instanceof AgeError)) return error;
  return new AgeError(error.code, `${basename(path)}, line ${line}: ${error.message} (${path})`, {
    ...error.facts,
    path,
    line,
  });
}
