import { basename } from "node:path";
import { utf8 } from "../../age/bytes";

/** The names of a version and of its manifest. The version's ends as the file's does. */
export function versionNames(path: string, number: number): { version: string; manifest: string } {
  const digits = String(number).padStart(6, "0");
  return { version: `${digits}-${shownName(basename(path))}`, manifest: manifestName(number) };
}

/** The name of a version's manifest. */
export function manifestName(number: number): string {
  return `${String(number).padStart(6, "0")}.json`;
}

/** Keeps the end of a long name, since that has the suffixes. */
function shownName(name: string): string {
  const characters = Array.from(name);
  while (utf8(characters.join("")).length > longestShown) characters.shift();
  return characters.join("");
}

/** Most file systems allow 255 bytes; hidden names and numbers need some. */
const longestShown = 200;

/** Reads the number from the name of a version or a manifest; null for any other name. */
export function numberIn(name: string): { number: number; kind: "version" | "manifest" } | null {
  const [, digits, rest] = /^([0-9]{6,15})(-.|\.json$)/s.exec(name) ?? [];
  if (digits === undefined || String(Number(digits)).padStart(6, "0") !== digits) return null;
  return { number: Number(digits), kind: rest === ".json" ? "manifest" : "version" };
}

/** Tells whether a name in the folder of versions is that of a file's own folder. */
export function isKey(name: string): boolean {
  return /^[0-9a-f]{32}$/.test(name);
}
