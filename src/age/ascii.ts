/** The tab of ASCII, as a byte. */
export const tabulator = 0x09;
/** The byte that ends a line. */
export const lineFeed = 0x0a;
/** The byte before a line feed in files of Windows. */
export const carriageReturn = 0x0d;
/** The space of ASCII, as a byte. */
export const space = 0x20;
/** The hyphen of ASCII, as a byte. */
export const hyphen = 0x2d;

/** Tells whether a byte is a character of ASCII that can be seen, or the space. */
export function isPrintable(byte: number): boolean {
  return byte >= space && byte <= 0x7e;
}

/** Tells whether a byte is a capital letter of ASCII. */
export function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

/** Tells whether an ASCII text stands at a place. It makes no copy of the bytes. */
export function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/**
 * Yields the lines of a text, as views of it without the line feeds that end them. An empty line
 * after the last line feed does not count.
 */
export function* linesOf(text: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < text.length;) {
    const found = text.indexOf(lineFeed, start);
    const end = found < 0 ? text.length : found;
    yield text.subarray(start, end);
    start = end + 1;
  }
}

/** Leaves out the carriage return at the end of a line, if there is one. */
export function withoutReturn(line: Uint8Array): Uint8Array {
  return line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
}
