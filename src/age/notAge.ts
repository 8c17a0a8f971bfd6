import { linesOf } from "./ascii";
import { beginLine, leadingWhitespace, maxOuterWhitespace } from "./armor";
import { utf8Mark, utf16Order } from "./byteOrderMark";
import { startsWith, utf8 } from "./bytes";
import { type Damage, damages, isConflictMarker, isUtf8 } from "./damage";
import { AgeError } from "./errors";
import { intro } from "./header";

/** Explains by its first bytes why a file is not an age file: its damage, or what else it is. */
export function notAge(start: Uint8Array): AgeError {
  const damage = damageOf(start);
  const text = damage === null ? unnamed(start) : damages[damage];
  const message = `this is not an age file: ${text}`;
  return new AgeError("not-age", message, damage === null ? {} : { damage });
}

function unnamed(start: Uint8Array): string {
  return leadingWhitespace(start) > maxOuterWhitespace
    ? "there is too much whitespace before its armor"
    : "it begins neither with the format's version nor with armor";
}

function damageOf(start: Uint8Array): Damage | null {
  if (isBeginningOf(intro, start)) return "cut";
  if (start.every((byte) => byte === 0)) return "zeros";
  const wide = utf16Damage(start);
  if (wide !== null) return wide;
  const hasMark = startsWith(start, utf8Mark);
  const bytes = hasMark ? start.subarray(3) : start;
  const indent = leadingWhitespace(bytes);
  const unindented = bytes.subarray(indent);
  const isOurs = startsWith(bytes, intro) || startsWith(unindented, beginLine);
  if (hasMark && isOurs) return "mark";
  if (unindented.length > 0 && isBeginningOf(beginLine, unindented)) {
    // The start of a file holds no more of its armor after so much whitespace.
    return indent > maxOuterWhitespace ? null : "cut armor";
  }
  return binaryDamage(bytes) ?? textDamage(unindented);
}

function isBeginningOf(whole: Uint8Array, start: Uint8Array): boolean {
  return start.length < whole.length && startsWith(whole, start);
}

/** Recognizes UTF-16 by its byte order mark, or by a zero in every other byte. */
function utf16Damage(start: Uint8Array): Damage | null {
  const hasMark = utf16Order(start) !== null;
  const head = start.subarray(0, 32);
  const isSpread = (offset: number): boolean =>
    head.length >= 8 && head.every((byte, index) => (byte === 0) === (index % 2 === offset));
  if (!hasMark && !isSpread(0) && !isSpread(1)) return null;
  const letters = start.subarray(hasMark ? 2 : 0).filter((byte) => byte !== 0);
  const isArmor = startsWith(letters.subarray(leadingWhitespace(letters)), beginLine);
  return isArmor ? "utf-16 armor" : "utf-16";
}

function binaryDamage(bytes: Uint8Array): Damage | null {
  for (const [beginning, damage] of binaryBeginnings) {
    if (bytes.length >= beginning.length && startsWith(bytes, beginning)) return damage;
  }
  return isOpenPgp(bytes) ? "seems openpgp" : null;
}

const binaryBeginnings: readonly (readonly [Uint8Array, Damage])[] = [
  [utf8("\0GITCRYPT\0"), "git-crypt"],
  [utf8("Salted__"), "openssl"],
  [utf8("PK\x03\x04"), "archive"],
  [utf8("BZh"), "archive"],
  [Uint8Array.of(0x1f, 0x8b, 0x08), "archive"],
  [Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a), "archive"],
  [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd), "archive"],
  [Uint8Array.of(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c), "archive"],
];

/** Tells whether bytes begin with a packet that wraps a session key (RFC 9580 §5.1 and §5.3). */
function isOpenPgp(bytes: Uint8Array): boolean {
  const [tagByte = 0, length = 0] = bytes;
  if (tagByte < 0x80) return false;
  const isNew = tagByte >= 0xc0;
  const tag = isNew ? tagByte & 0x3f : (tagByte >> 2) & 0x0f;
  const oldLengths = [1, 2, 4][tagByte & 3] ?? 0;
  const lengths = !isNew ? oldLengths : length < 192 ? 1 : length < 224 ? 2 : 5;
  const version = bytes[1 + lengths] ?? 0;
  if (tag === 1) return version === 3 || version === 6;
  return tag === 3 && version >= 4 && version <= 6;
}

function textDamage(bytes: Uint8Array): Damage | null {
  const text = new TextDecoder("latin1").decode(bytes);
  if (/^\/annex\/objects\/|^[^\n]{0,200}\.git\/annex\/objects\//.test(text)) return "annex";
  if ([...linesOf(bytes)].some(isConflictMarker) && isTextual(bytes)) return "conflict";
  for (const [pattern, damage] of textBeginnings) if (pattern.test(text)) return damage;
  return bytes.length > 0 && isTextual(bytes) ? "plain" : null;
}

const textBeginnings: readonly (readonly [RegExp, Damage])[] = [
  [/^version https?:\/\/(git-lfs\.github\.com|hawser\.github\.com|git-media\.io)\//, "lfs"],
  [/^-----BEGIN PGP /, "openpgp"],
  [/^\$ANSIBLE_VAULT;/, "vault"],
  [/^This is a file encrypted with age-tool\.com/, "first age"],
  [/^(?:#[^\n]*\n\s*)*AGE-(SECRET-KEY|PLUGIN)-|^-----BEGIN [A-Z ]*PRIVATE KEY-----/, "identity"],
  [/ENC\[AES256_GCM,data:/, "sops"],
  [/-----BEGIN AGE ENCRYPTED FILE-----/, "text before"],
  [/^(<\?xml[^>]*>\s*)?<(!doctype html|html|head|body|error)\b/i, "html"],
  [/^(\{\s*("|\}\s*$)|\[\s*([{"]|\]\s*$))/, "json"],
  [/^HTTP\/[0-9.]+ [45][0-9]{2}\b/, "server error"],
  [/^[45][0-9]{2}\b[: ]+(bad|unauth|forbid|not|internal|service|gateway|too)/i, "server error"],
];

/** Tells whether bytes are UTF-8 without the control characters that no text has. */
function isTextual(bytes: Uint8Array): boolean {
  if (bytes.some((byte) => byte < 0x07 || byte === 0x7f || (byte >= 0x0e && byte < 0x1b))) {
    return false;
  }
  return isUtf8(bytes);
}
