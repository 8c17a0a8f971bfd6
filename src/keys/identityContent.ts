/**
 * Looks for an identity anywhere in bytes: age's own, a plugin's, or a private key that age takes
 * from SSH. It works on bytes, since a string could not be wiped.
 */
export function holdsIdentity(bytes: Uint8Array): boolean {
  return (
    isFollowed(bytes, "AGE-SECRET-KEY-", isKeyTail) ||
    isFollowed(bytes, "AGE-PLUGIN-", isPluginTail) ||
    isFollowed(bytes, "-----BEGIN ", isPrivateKeyTail) ||
    isFollowed(bytes, "PuTTY-User-Key-File-", () => true)
  );
}

/** The longest text that `holdsIdentity` must see whole, in bytes. */
export const longestIdentityMark = 256;

/** The fewest characters of data that a Bech32 text has: those of its checksum. */
const checksumLength = 6;

/** "1…" or "PQ-1…" */
function isKeyTail(bytes: Uint8Array, at: number): boolean {
  const start = hasText(bytes, at, "PQ-") ? at + 3 : at;
  return bytes[start] === digitOne && hasData(bytes, start + 1);
}

/** "NAME-1…" */
function isPluginTail(bytes: Uint8Array, at: number): boolean {
  const end = Math.min(bytes.length, at + longestIdentityMark);
  for (let i = at; i < end && isNameCharacter(bytes[i] ?? 0); i++) {
    if (hasText(bytes, i, "-1") && hasData(bytes, i + 2)) return true;
  }
  return false;
}

/** "PRIVATE KEY-----", or the same with the key's kind before it. */
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

function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

const digitOne = 0x31;
const space = 0x20;

function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/**
 * The characters of a plugin's name, as in a file's name: letters, digits, "+", "-", "." and "_".
 */
function isNameCharacter(byte: number): boolean {
  return isCapital(byte) || isDigit(byte) || [0x2b, 0x2d, 0x2e, 0x5f].includes(byte);
}
