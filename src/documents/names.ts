/** The suffixes of encrypted files: age's own, and the Cage program's. */
const suffixes = [".age", ".cage"] as const;

/** Whether a file's name says that it is encrypted. */
export function isEncryptedName(name: string): boolean {
  return suffixes.some((suffix) => name.toLowerCase().endsWith(suffix));
}

/**
 * The name of the plain file inside an encrypted one ("secrets.yaml" for "secrets.yaml.age"). It never
 * ends in a suffix of an encrypted file, so that no editor for those takes it.
 */
export function plainName(name: string): string {
  let plain = name;
  while (isEncryptedName(plain)) plain = plain.slice(0, plain.lastIndexOf("."));
  return namesOfFolders.includes(plain) ? "decrypted" : plain;
}

/** What would be left of "...age": a name that leads out of the file, or nowhere. */
const namesOfFolders = ["", ".", ".."];

/** The name of the encrypted file that a plain one becomes. */
export function encryptedName(name: string): string {
  return `${name}.age`;
}
