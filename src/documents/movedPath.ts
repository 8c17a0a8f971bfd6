import { sep } from "node:path";

/** Where a path leads after a file, or a folder above it, was renamed; null if it stays. */
export function movedPath(path: string, from: string, to: string): string | null {
  const isWithin = path === from || path.startsWith(from + sep);
  return isWithin ? to + path.slice(from.length) : null;
}
