// Formats sizes for people.

export const mebibyte = 1024 * 1024;
export const gibibyte = 1024 * mebibyte;

/** @param {number} bytes */
export function formatSize(bytes) {
  if (bytes % gibibyte === 0) return `${bytes / gibibyte} GiB`;
  if (bytes % mebibyte === 0) return `${bytes / mebibyte} MiB`;
  return `${bytes} bytes`;
}
