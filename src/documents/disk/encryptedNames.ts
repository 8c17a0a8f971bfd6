import { basename } from "node:path";
import { AgeError } from "../../age/errors";
import { alternativesOf, matchesGlob } from "./nameGlob";

/**
 * The names that are always those of encrypted files, in any case: age's and the Cage program's.
 */
const usualGlobs: readonly string[] = ["*.age", "*.cage"];

/**
 * The form of a glob that can be used: for names, with a suffix that {@link plainName} can remove.
 */
const usableGlob = /^[^/\\[\]{}]*\.[^/\\[\]{}.*?\s]+$/;

/** The longest glob, in characters: expanding its braces takes quadratic time. */
const longestGlob = 1000;

let globs = usualGlobs;

/**
 * Sets the names of encrypted files, in addition to the usual ones.
 *
 * @param more - globs such as "*.asc", in any case; a leading "**" folder is ignored.
 * @returns the globs that it does not use: those without a suffix, and those for paths.
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

/** Tells by its name whether a file is encrypted. It takes a name or a path. */
export function isEncryptedName(name: string): boolean {
  const last = basename(name);
  return globs.some((glob) => matchesGlob(last, glob));
}

/** Tells whether package.json makes VS Code itself open files with this name in Cage's editor. */
export function isUsualName(name: string): boolean {
  return usualGlobs.some((glob) => matchesGlob(basename(name), glob));
}

/**
 * Names the plain file inside an encrypted one: "secrets.yaml" for "secrets.yaml.age". The result
 * is never the name of an encrypted file, so no editor for those takes it.
 */
export function plainName(name: string): string {
  let plain = name;
  while (isEncryptedName(plain)) plain = plain.slice(0, plain.lastIndexOf("."));
  return namesOfFolders.includes(plain) ? "decrypted" : plain;
}

/** The remains of "...age" and the like, which would lead to a folder. */
const namesOfFolders = ["", ".", ".."];

/** Names the encrypted file that a plain one becomes. */
export function encryptedName(name: string): string {
  return `${name}.age`;
}

/** Refuses to write plaintext to an encrypted file's name. @throws AgeError "encrypted-name" */
export function refusePlaintextAt(path: string): void {
  if (!isEncryptedName(path)) return;
  const message = `plaintext does not belong in ${basename(path)}, which is the name of an encrypted file`;
  throw new AgeError("encrypted-name", message, { path });
}
