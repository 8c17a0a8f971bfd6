import { sep } from "node:path";

/** Tells whether a path is a file or folder itself, or within it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

/** Finds a file's new path after it, or a folder above it, was renamed; null if it stays. */
export function movedPath(path: string, from: string, to: string): string | null {
  return isWithin(path, from) ? to + path.slice(from.length) : null;
}
