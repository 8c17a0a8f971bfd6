import { sep } from "node:path";

/** Tells whether a path is the file or folder itself, or lies within it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

/** Returns a file's new path after a rename of it or of a folder above it; null if it stays. */
export function movedPath(path: string, from: string, to: string): string | null {
  return isWithin(path, from) ? to + path.slice(from.length) : null;
}
