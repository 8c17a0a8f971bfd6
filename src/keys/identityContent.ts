import { hasText, hyphen, isCapital, space } from "../age/ascii";
import { turn } from "../age/turns";

/**
 * Looks for an identity anywhere in bytes: age's own, a plugin's, or a private key in PEM or in
 * PuTTY's format. It works on bytes, since a string could not be wiped. It lets the event loop turn
 * in between.
 */
export async function holdsIdentity(bytes: Uint8Array): Promise<boolean> {
  for (let at = 0; at < bytes.length; at += sliceLength) {
    if (at > 0) await turn();
    if (isInSlice(bytes.subarray(at, at + sliceLength + longestIdentityMark))) return true;
  }
  return false;
}

/**
 * The number of bytes that it searches in one turn. It reads on as far as a mark that begins among
 * them may go.
 */
const sliceLength = 2 ** 16;

function isInSlice(bytes: Uint8Array): boolean {
  return (
    isFollowed(bytes, "AGE-SECRET-KEY-", isKeyTail) ||
    hasPlugin(bytes) ||
    isFollowed(bytes, "-----BEGIN ", isPrivateKeyTail) ||
    isFollowed(bytes, "PuTTY-User-Key-File-", () => true)
  );
}

/** The longest text that `holdsIdentity` must see whole, in bytes. */
export const longestIdentityMark = 256;

const pluginMark = "AGE-PLUGIN-";

/** The most characters of a plugin's name. */
const longestPluginName = 64;

/** The fewest characters of data in a Bech32 text: its checksum. */
const checksumLength = 6;

/** Tells whether "1…" or "PQ-1…" stands at a place. */
function isKeyTail(bytes: Uint8Array, at: number): boolean {
  const start = hasText(bytes, at, "PQ-") ? at + 3 : at;
  return bytes[start] === digitOne && hasData(bytes, start + 1);
}

/**
 * Looks for "AGE-PLUGIN-NAME-1…". The name itself may have dashes. One pass is enough: of all
 * beginnings before a place, the last one has the shortest name.
 */
function hasPlugin(bytes: Uint8Array): boolean {
  let name: number | null = null;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (nameCharacters[byte] === 0) name = null;
    if (byte !== hyphen) continue;
    const isNamed = name !== null && i - name <= longestPluginName;
    if (isNamed && bytes[i + 1] === digitOne && hasData(bytes, i + 2)) return true;
    const start = i + 1 - pluginMark.length;
    if (start >= 0 && hasText(bytes, start, pluginMark)) name = i + 1;
  }
  return false;
}

/** Tells whether "PRIVATE KEY-----" stands at a place, possibly after the key's kind. */
function isPrivateKeyTail(bytes: Uint8Array, at: number): boolean {
  const end = "PRIVATE KEY-----";
  for (let i = at; i < at + 32 && i < bytes.length; i++) {
    if (hasText(bytes, i, end)) return true;
    if (!isCapital(bytes[i] ?? 0) && bytes[i] !== space) return false;
  }
  return false;
}

function hasData(bytes: Uint8Array, at: number): boolean {
  for (let i = at; i < at + checksumLength; i++) {
    const byte = bytes[i] ?? 0;
    if (!isCapital(byte) && !isDigit(byte)) return false;
  }
  return true;
}

function isFollowed(
  bytes: Uint8Array,
  text: string,
  isTail: (bytes: Uint8Array, at: number) => boolean,
): boolean {
  const first = text.charCodeAt(0);
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (hasText(bytes, at, text) && isTail(bytes, at + text.length)) return true;
  }
  return false;
}

const digitOne = 0x31;

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/**
 * A table with 1 for each character that the name of a plugin may have, as part of a file's name:
 * letters, digits, "+", "-", "." and "_".
 */
const nameCharacters = Uint8Array.from({ length: 256 }, (_, byte) =>
  isCapital(byte) || isDigit(byte) || [0x2b, hyphen, 0x2e, 0x5f].includes(byte) ? 1 : 0,
);
