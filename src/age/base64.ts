import { lineFeed } from "./ascii";
import { utf8 } from "./bytes";
import { decodeBase64Loosely } from "./primitives";

/** The padding of a text: none in headers, "=" up to a multiple of four characters in armor. */
export type Base64Padding = "padded" | "unpadded";

/**
 * Decodes standard Base64 (RFC 4648 §4) strictly: it accepts only the alphabet, exactly the padding
 * asked for, and zeros in the unused bits of the last character. Every value then has one spelling
 * (age.md, Header: parsers must reject non-canonical encodings).
 *
 * @returns the bytes, or null if the text is not exactly what {@link encodeBase64} would write.
 */
export function decodeBase64(text: Uint8Array, padding: Base64Padding): Uint8Array | null {
  const end = padding === "padded" ? unpaddedLength(text) : text.length;
  if (end < 0 || end % 4 === 1) return null;
  const whole = end - (end % 4);
  const bytes = new Uint8Array((whole / 4) * 3 + Math.max((end % 4) - 1, 0));
  if (!decodeQuads(text, 0, whole, bytes, 0)) return null;
  if (end === whole) return bytes;

  const at = (whole / 4) * 3;
  const a = value(text, whole);
  const b = value(text, whole + 1);
  const c = end - whole === 3 ? value(text, whole + 2) : 0;
  if (((a | b | c) & invalid) !== 0) return null;
  bytes[at] = (a << 2) | (b >> 4);
  if (end - whole === 2) return (b & 0x0f) === 0 ? bytes : null;
  bytes[at + 1] = (b << 4) | (c >> 2);
  return (c & 0x03) === 0 ? bytes : null;
}

/**
 * Decodes groups of four characters, without padding, into `output` from `at` on.
 *
 * @returns true if all characters are of the alphabet; if not, the output is garbage.
 */
function decodeQuads(
  text: Uint8Array,
  start: number,
  end: number,
  output: Uint8Array,
  at: number,
): boolean {
  let seen = 0;
  for (let i = start, o = at; i < end; i += 4, o += 3) {
    const a = value(text, i);
    const b = value(text, i + 1);
    const c = value(text, i + 2);
    const d = value(text, i + 3);
    seen |= a | b | c | d;
    output[o] = (a << 2) | (b >> 4);
    output[o + 1] = (b << 4) | (c >> 2);
    output[o + 2] = (c << 6) | d;
  }
  return (seen & invalid) === 0;
}

/** Encodes bytes as standard Base64, as a text. */
export function base64Text(bytes: Uint8Array, padding: Base64Padding): string {
  return new TextDecoder().decode(encodeBase64(bytes, padding));
}

/** Encodes bytes as standard Base64 (RFC 4648 §4). */
export function encodeBase64(bytes: Uint8Array, padding: Base64Padding): Uint8Array {
  const rest = bytes.length % 3;
  const whole = bytes.length - rest;
  const at = (whole / 3) * 4;
  const text = new Uint8Array(at + (rest === 0 ? 0 : padding === "padded" ? 4 : rest + 1));
  const input = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const output = new DataView(text.buffer);
  for (let i = 0, o = 0; i < whole; i += 3, o += 4) {
    const bits = (input.getUint16(i) << 8) | input.getUint8(i + 2);
    output.setUint32(o, characters(bits >> 12, bits & 0xfff));
  }
  if (rest === 0) return text;

  const a = bytes[whole] ?? 0;
  const b = bytes[whole + 1] ?? 0;
  text.fill(equalsSign, at);
  text[at] = letter(a >> 2);
  text[at + 1] = letter(((a << 4) | (b >> 4)) & 0x3f);
  if (rest === 2) text[at + 2] = letter((b << 2) & 0x3f);
  return text;
}

/**
 * Decodes full lines of Base64 without padding, as strictly as {@link decodeBase64} does. Each line
 * ends with LF.
 *
 * @param text - whole lines. The caller has checked where they end.
 * @param length - the number of bytes that they encode.
 * @returns true if all characters are of the alphabet; if not, the output is garbage.
 */
export function decodeLines(
  text: Uint8Array,
  length: number,
  output: Uint8Array,
  at: number,
): boolean {
  // The loose decoder skips a character outside the alphabet, so the result is too short then.
  return decodeBase64Loosely(text, output, at) === length;
}

/**
 * Encodes lines of 48 bytes, each to 64 characters and an LF, into `output` from `at` on.
 *
 * @returns the offset of their end in the output.
 */
export function encodeLines(
  bytes: Uint8Array,
  lines: number,
  output: Uint8Array,
  at: number,
): number {
  const input = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = new DataView(output.buffer, output.byteOffset, output.byteLength);
  let o = at;
  for (let line = 0; line < lines; line++) {
    const start = line * 48;
    // Six bytes at once: fewer, larger loads and stores.
    for (let i = start; i < start + 48; i += 6, o += 8) {
      const high = input.getUint32(i);
      const low = input.getUint16(i + 4);
      text.setUint32(o, characters(high >>> 20, (high >>> 8) & 0xfff));
      text.setUint32(o + 4, characters(((high & 0xff) << 4) | (low >>> 12), low & 0xfff));
    }
    text.setUint8(o++, lineFeed);
  }
  return o;
}

/** Returns the four characters of two 12-bit values as one number: one store is cheaper. */
function characters(first: number, second: number): number {
  return ((pairs[first] ?? 0) << 16) | (pairs[second] ?? 0);
}

const alphabet = utf8("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const equalsSign = 0x3d;

/** The bit that is set in the value of a character outside the alphabet. */
const invalid = 0x80;
const values = new Uint8Array(256).fill(invalid);
alphabet.forEach((character, index) => (values[character] = index));

/** The two characters of each 12-bit value. */
const pairs = Uint16Array.from(
  { length: 4096 },
  (_, bits) => ((alphabet[bits >> 6] ?? 0) << 8) | (alphabet[bits & 0x3f] ?? 0),
);

function value(text: Uint8Array, index: number): number {
  return values[text[index] ?? 0] ?? invalid;
}

function letter(sextet: number): number {
  return alphabet[sextet] ?? 0;
}

/** Returns the length of a padded text without its padding, or -1 if the padding is wrong. */
function unpaddedLength(text: Uint8Array): number {
  if (text.length % 4 !== 0) return -1;
  if (text.at(-1) !== equalsSign) return text.length;
  return text.at(-2) === equalsSign ? text.length - 2 : text.length - 1;
}
