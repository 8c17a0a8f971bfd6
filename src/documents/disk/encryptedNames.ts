import { basename } from "node:path";
import { AgeError } from "../../age/errors";
import { alternativesOf, matchesGlob } from "./nameGlob";

/** The names of encrypted files in any case: age's own suffix, and the Cage program's. */
const usualGlobs: readonly string[] = ["*.age", "*.cage"];

/** A glob for names that ends in a suffix, which {@link plainName} takes away. */
const usableGlob = /^[^/\\[\]{}]*\.[^/\\[\]{}.*?\s]+$/;

/** In characters: to find the alternatives takes time in proportion to the square. */
const longestGlob = 1000;

let globs = usualGlobs;

/**
 * Sets which names are those of encrypted files, besides the usual ones, which always are.
 *
 * @param more - globs such as "*.asc", in any case; a folder "**" before them is ignored.
 * @returns those that are not used: a glob without a suffix, and one for paths.
 */
export function setEncryptedNames(more: readonly string[]): readonly string[] {
  const wanted = more.map((glob) => ({
    glob,
    names: glob.length > longestGlob ? [] : alternativesOf(glob.trim().replace(/^\*\*\//, "")),
  }));
  const isUsable = ({ names }: { names: readonly string[] }): boolean =>
    names.length > 0 && names.every((name) => name.length <= 100 && usableGlob.test(name));
  const names = wanted.filter(isUsable).flatMap((one) => one.names);
  globs = [...new Set([...usualGlobs, ...names])];
  return wanted.filter((one) => !isUsable(one)).map(({ glob }) => glob);
}

/** Lists the suffixes in which names of encrypted files end, such as ".age". */
export function encryptedSuffixes(): readonly string[] {
  return [...new Set(globs.map((glob) => glob.slice(glob.lastIndexOf(".")).toLowerCase()))];
}

/** Tells by its name that a file is encrypted. Takes a name or a path. */
export function isEncryptedName(name: string): boolean {
  const last = basename(name);
  return globs.some((glob) => matchesGlob(last, glob));
}

/**
 * Tells that VS Code itself gives files with this name to Cage's editor, as package.json has it.
 */
export function isUsualName(name: string): boolean {
  return usualGlobs.some((glob) => matchesGlob(basename(name), glob));
}

/**
 * Names the plain file inside an encrypted one ("secrets.yaml" for "secrets.yaml.age"). It is
 * never that of an encrypted file, so that no editor for those takes it.
 */
export function plainName(name: string): string {
  let plain = name;
  while (isEncryptedName(plain)) plain = plain.slice(0, plain.lastIndexOf("."));
  return namesOfFolders.includes(plain) ? "decrypted" : plain;
}

/** Names that would be left of "...age", and would lead to a folder. */
const namesOfFolders = ["", ".", ".."];

/** Names the encrypted file that a plain one becomes. */
export function encryptedName(name: string): string {
  return `${name}.age`;
}

/** Refuses plaintext a name of an encrypted file. @throws AgeError "encrypted-name" */
export function refusePlaintextAt(path: string): void {
  if (!isEncryptedName(path)) return;
  const message = `plaintext does not belong into ${basename(path)}, which is the name of an encrypted file`;
  throw new AgeError("encrypted-name", message, { path });
}
