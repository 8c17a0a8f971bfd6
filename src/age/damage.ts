import { carriageReturn, hyphen, isPrintable, lineFeed, linesOf, space, tabulator } from "./ascii";
import { decodeBase64 } from "./base64";

/**
 * The kinds of damage that a file's bytes show, and the other things that may lie in its place.
 * Each is a clause of a sentence. One that is only likely says so.
 */
export const damages = {
  // A part of it is missing.
  zeros: "its content was replaced by zero bytes, as after a crash or on a full disk",
  cut: "the file is cut off: the end of its header is missing",
  "cut armor": "the file is cut off: the end of its armor is missing",
  // Git or another program took it for text.
  conflict: "it contains Git conflict markers",
  "two files": "it contains a second armored file, as after a merge that keeps both versions",
  "line ends":
    "its line ends were changed, for example to CRLF, as git and PowerShell do with files that they take for text",
  "lost returns":
    "its carriage returns were removed, as git does with files that it takes for text",
  "seems to lack returns":
    "it looks like a file whose carriage returns were removed, as git does with text",
  text: "it was saved as text, which replaced its bytes for good",
  "utf-16": "it was converted to UTF-16, as PowerShell's redirection does",
  "utf-16 armor": "its armor was converted to UTF-16, as PowerShell's redirection does",
  mark: "it begins with a byte order mark, which some text editors add",
  // Armor.
  "empty line": "its armor contains an empty line, such as old versions of age left at the end",
  blanks: "the lines of its armor are indented, or end with blanks",
  "no lines": "the line breaks of its armor are gone, or are carriage returns alone",
  "text before": "there is text before its armor",
  // Other things in the file's place.
  lfs: "it is a pointer of Git LFS to a file that was not downloaded",
  annex: "it is a pointer of git-annex to a file that is not here",
  "git-crypt": "it is encrypted by git-crypt",
  openpgp: "it is encrypted or signed by OpenPGP (gpg)",
  "seems openpgp": "it looks like an OpenPGP (gpg) file",
  sops: "it is encrypted by SOPS, value by value",
  vault: "it is encrypted by Ansible Vault",
  openssl: "it is encrypted by OpenSSL's enc",
  "first age": "it was made by a version of age from before the format was settled",
  identity: "it is an identity or a private key, and is not encrypted",
  html: "it is a web page, such as a server's error or login page",
  json: "it is JSON, such as a server's error",
  "server error": "it is a server's error message",
  archive: "it is an archive or compressed, and is not encrypted",
  plain:
    "it begins neither with the format's version nor with armor, and looks like unencrypted text",
} as const satisfies Readonly<Record<string, string>>;

/** The name of a kind of damage, or of another thing in a file's place. */
export type Damage = keyof typeof damages;

/** Names the damage that a line of a header or of armor shows, or returns null. */
export function lineDamage(line: Uint8Array): Damage | null {
  if (isConflictMarker(line)) return "conflict";
  return hasZeros(line) ? "zeros" : null;
}

/**
 * Names the damage in a header that can't be parsed, or returns null.
 *
 * @param bytes - the header, as far as it was read.
 */
export function headerDamage(bytes: Uint8Array): Damage | null {
  for (const line of linesOf(bytes)) {
    const damage = lineDamage(line);
    if (damage !== null) return damage;
    const text = textIn(line);
    if (text.includes(carriageReturn)) return "line ends";
    // Bytes that are not text, or that follow the MAC, say nothing about the header.
    if (text.length < line.length || (line[0] === hyphen && line[1] === hyphen)) return null;
  }
  return null;
}

/** Names the damage in a line of armor that can't be decoded, or returns null. */
export function armorLineDamage(line: Uint8Array): Damage | null {
  const damage = lineDamage(line);
  if (damage !== null) return damage;
  const trimmed = trim(line);
  if (trimmed.length === 0) return "empty line";
  if (trimmed.length === line.length) return null;
  const isOnlyBlanks = decodeBase64(trimmed, "padded") !== null || isEndLine(trimmed);
  return isOnlyBlanks ? "blanks" : null;
}

/** Names the damage in a payload that does not open, or returns null. */
export function payloadDamage(payload: Uint8Array): Damage | null {
  // Random bytes are not UTF-8, and have a CR before an LF in one of 65,536 places. Of two CRs in a
  // row, one may be left.
  if (payload.length >= 64 && isUtf8(payload)) return "text";
  const expected = payload.length / 65_536;
  return countReturns(payload) <= expected / 8 - 1 ? "seems to lack returns" : null;
}

/** Counts the line feeds that follow a carriage return. */
export function countReturns(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
    if (bytes[at - 1] === carriageReturn) count++;
  }
  return count;
}

/** Tells whether a line is a merge's conflict marker: seven times the same character. */
export function isConflictMarker(line: Uint8Array): boolean {
  const [first] = line;
  if (first === undefined || !markers.includes(first) || line.length < markerLength) return false;
  if (!line.subarray(0, markerLength).every((character) => character === first)) return false;
  const next = line[markerLength];
  return next === undefined || next === space || next === carriageReturn;
}

/** The characters of git's conflict markers; only its diff3 style has "|". */
const markers: readonly number[] = Array.from("<|=>", (character) => character.charCodeAt(0));
const markerLength = 7;

/** The number of zero bytes in a row that chance does not produce. */
const zeroRun = 16;

function hasZeros(line: Uint8Array): boolean {
  let run = 0;
  for (const byte of line) {
    run = byte === 0 ? run + 1 : 0;
    if (run === zeroRun) return true;
  }
  return false;
}

/** Cuts a line at its first byte that is neither printable ASCII nor a carriage return. */
function textIn(line: Uint8Array): Uint8Array {
  const isText = (byte: number): boolean => isPrintable(byte) || byte === carriageReturn;
  const end = line.findIndex((byte) => !isText(byte));
  return end < 0 ? line : line.subarray(0, end);
}

/** Tells whether bytes are UTF-8. They may end within a character. */
export function isUtf8(bytes: Uint8Array): boolean {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    decoder.decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function trim(line: Uint8Array): Uint8Array {
  const isBlank = (byte: number | undefined): boolean =>
    byte === space || byte === tabulator || byte === carriageReturn;
  let start = 0;
  let end = line.length;
  while (start < end && isBlank(line[start])) start++;
  while (end > start && isBlank(line[end - 1])) end--;
  return line.subarray(start, end);
}

function isEndLine(line: Uint8Array): boolean {
  return new TextDecoder().decode(line) === "-----END AGE ENCRYPTED FILE-----";
}
