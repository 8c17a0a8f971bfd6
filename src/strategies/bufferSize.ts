/** The smallest memory of a run of chunks, in bytes. */
export const smallestBuffer = 64 * 1024;

/** The largest memory of a run of chunks, in bytes. */
export const largestBuffer = 16 * 1024 * 1024;

/** The usual memory of a run of chunks, in bytes. */
export const usualBuffer = 1024 * 1024;

/**
 * Reads a buffer size as users write it: bytes, or with K or M for KiB and MiB (`262144`, `256K`,
 * `1M`).
 *
 * @returns the size in bytes within the limits, or null if the text is not a size.
 */
export function parseBufferSize(text: string): number | null {
  const match = /^\s*(\d{1,9})\s*([km])?(?:i?b)?\s*$/i.exec(text);
  if (match === null) return null;
  const [, digits = "", unit = ""] = match;
  const bytes = Number(digits) * (units[unit.toLowerCase()] ?? 1);
  return Math.min(Math.max(bytes, smallestBuffer), largestBuffer);
}

const units: Readonly<Record<string, number>> = { k: 1024, m: 1024 * 1024 };
