import { isCapital, isPrintable, space } from "./ascii";
import { copyOf, utf8 } from "./bytes";

/** A decoded Bech32 text: the human-readable part, in the case of the text, and the data. */
export interface Bech32 {
  readonly hrp: string;
  readonly data: Uint8Array;
}

/** The reason why a text is not Bech32, as a clause of a message. */
export type Bech32Problem =
  | "it has no separator"
  | "its characters are partly upper and partly lower case"
  | "it contains an invalid character"
  | "its checksum is wrong"
  | "its padding is wrong";

/**
 * Decodes Bech32 (BIP 173). Like age, it does not limit the text to 90 characters. The text is
 * bytes, not a string, since it may be an identity: bytes can be wiped.
 */
export function decodeBech32(text: Uint8Array): Bech32 | Bech32Problem {
  if (text.some((c) => c === space || !isPrintable(c))) return "it contains an invalid character";
  if (text.some(isCapital) && text.some(isLower)) {
    return "its characters are partly upper and partly lower case";
  }
  const separator = text.lastIndexOf(0x31);
  if (separator < 1 || separator + checksumLength >= text.length) return "it has no separator";
  const hrp = new TextDecoder().decode(text.subarray(0, separator));

  const words = copyOf(text.subarray(separator + 1));
  try {
    for (const [index, character] of words.entries()) {
      const word = values[character] ?? invalid;
      if (word === invalid) return "it contains an invalid character";
      words[index] = word;
    }
    if (checksum(hrp.toLowerCase(), words) !== 1) return "its checksum is wrong";
    const data = toBytes(words.subarray(0, -checksumLength));
    return data === null ? "its padding is wrong" : { hrp, data };
  } finally {
    words.fill(0);
  }
}

/** Encodes data as Bech32, in the case of its human-readable part. */
export function encodeBech32(hrp: string, data: Uint8Array): Uint8Array {
  const words = new Uint8Array(Math.ceil((data.length * 8) / 5) + checksumLength);
  try {
    fromBytes(data, words);
    const sum = checksum(hrp.toLowerCase(), words) ^ 1;
    for (let i = 0; i < checksumLength; i++) {
      words[words.length - checksumLength + i] = (sum >>> (5 * (checksumLength - 1 - i))) & 31;
    }
    const prefix = utf8(`${hrp}1`);
    const text = new Uint8Array(prefix.length + words.length);
    text.set(prefix);
    const letters = hrp === hrp.toLowerCase() ? alphabet : upperAlphabet;
    words.forEach((word, index) => (text[prefix.length + index] = letters[word] ?? 0));
    return text;
  } finally {
    words.fill(0);
  }
}

const checksumLength = 6;
const alphabet = utf8("qpzry9x8gf2tvdw0s3jn54khce6mua7l");
const upperAlphabet = utf8("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L");

const invalid = 0xff;
const values = new Uint8Array(256).fill(invalid);
alphabet.forEach((character, word) => (values[character] = word));
upperAlphabet.forEach((character, word) => (values[character] = word));

function isLower(character: number): boolean {
  return character >= 0x61 && character <= 0x7a;
}

/** Computes the polynomial's remainder over expanded prefix and words (BIP 173, Checksum). */
function checksum(hrp: string, words: Uint8Array): number {
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  let sum = 1;
  const add = (word: number): void => {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ word;
    generator.forEach((term, bit) => (sum ^= ((top >>> bit) & 1) === 1 ? term : 0));
  };
  const prefix = utf8(hrp);
  prefix.forEach((character) => {
    add(character >>> 5);
  });
  add(0);
  prefix.forEach((character) => {
    add(character & 31);
  });
  words.forEach(add);
  return sum >>> 0;
}

/**
 * Joins words of five bits to bytes. Returns null unless fewer than five bits are left over, all of
 * them zero.
 */
function toBytes(words: Uint8Array): Uint8Array | null {
  const bytes = new Uint8Array(Math.floor((words.length * 5) / 8));
  let bits = 0;
  let count = 0;
  let filled = 0;
  for (const word of words) {
    bits = ((bits << 5) | word) & 0xfff;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes[filled++] = bits >>> count;
  }
  if (count < 5 && (bits & ((1 << count) - 1)) === 0) return bytes;
  bytes.fill(0);
  return null;
}

/** Splits bytes into words of five bits, and fills the last one up with zeros. */
function fromBytes(bytes: Uint8Array, words: Uint8Array): void {
  let bits = 0;
  let count = 0;
  let filled = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xfff;
    count += 8;
    while (count >= 5) {
      count -= 5;
      words[filled++] = (bits >>> count) & 31;
    }
  }
  if (count > 0) words[filled] = (bits << (5 - count)) & 31;
}
