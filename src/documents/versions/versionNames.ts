import { basename } from "node:path";
import { shortened } from "../disk/shortened";

/** Names a version and its manifest. The version's name ends like the file's. */
export function versionNames(path: string, number: number): { version: string; manifest: string } {
  return {
    version: `${digitsOf(number)}-${shortened(basename(path), longestShown, "end")}`,
    manifest: manifestName(number),
  };
}

/** Names the manifest of a version. */
export function manifestName(number: number): string {
  return `${digitsOf(number)}.json`;
}

function digitsOf(number: number): string {
  return String(number).padStart(6, "0");
}

/**
 * The longest end of a name, in bytes; the end has the suffixes. Most file systems allow 255, of
 * which hidden names and numbers need some.
 */
const longestShown = 200;

/** Reads the number from the name of a version or a manifest; null for any other name. */
export function numberIn(name: string): { number: number; kind: "version" | "manifest" } | null {
  const [, digits, rest] = /^([0-9]{6,15})(-.|\.json$)/s.exec(name) ?? [];
  if (digits === undefined || digitsOf(Number(digits)) !== digits) return null;
  return { number: Number(digits), kind: rest === ".json" ? "manifest" : "version" };
}

/** Tells whether a name in the folder of versions is that of one file's folder. */
export function isKey(name: string): boolean {
  return /^[0-9a-f]{32}$/.test(name);
}
