/** The byte order mark of UTF-8, which some editors write first. */
export const utf8Mark: Uint8Array = Uint8Array.of(0xef, 0xbb, 0xbf);

/** Returns the byte order of a text in UTF-16 by its mark; null without a mark. */
export function utf16Order([first, second]: Uint8Array): "little endian" | "big endian" | null {
  if (first === 0xff && second === 0xfe) return "little endian";
  return first === 0xfe && second === 0xff ? "big endian" : null;
}
