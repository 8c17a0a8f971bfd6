import { words } from "./words";

/** The estimate, in bits, below which a passphrase counts as weak. scrypt adds some 20 bits. */
const weakBits = 50;

/** Estimates whether somebody who has the file could easily guess its passphrase. */
export function isWeak(passphrase: string): boolean {
  return estimatedBits(passphrase) < weakBits;
}

/**
 * Estimates in bits how hard a passphrase is to guess. The parts that people choose first count
 * little. Every other character counts as much as a random one of the passphrase's kinds. The
 * estimate does not prove strength.
 */
export function estimatedBits(passphrase: string): number {
  const text = passphrase.toLowerCase();
  const perCharacter = Math.log2(alphabetSize(passphrase));
  let bits = 0;
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at);
    const found = parts.find(({ lengthOf }) => lengthOf(rest, text.slice(0, at)) > 0);
    bits += found?.bits ?? perCharacter;
    at += found?.lengthOf(rest, text.slice(0, at)) ?? 1;
  }
  return bits;
}

/** A part that is easier to guess than its characters. */
interface Part {
  readonly bits: number;
  /** Returns the length of such a part at the beginning of `rest`, or 0. */
  readonly lengthOf: (rest: string, before: string) => number;
}

const common = [
  "password",
  "passwort",
  "secret",
  "letmein",
  "welcome",
  "admin",
  "hunter",
  "iloveyou",
];

const rows = ["qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm"];

const parts: readonly Part[] = [
  // A repetition.
  {
    bits: 2,
    lengthOf: (rest, before) => (before.includes(rest.slice(0, 3)) ? lengthOf3(rest) : 0),
  },
  { bits: 5, lengthOf: (rest) => longest(common, rest) },
  { bits: 11, lengthOf: (rest) => longest(words, rest) },
  // A year.
  { bits: 7, lengthOf: (rest) => (/^(19|20)\d\d/.test(rest) ? 4 : 0) },
  { bits: 1, lengthOf: (rest, before) => (isNext(before.slice(-1), rest.charAt(0)) ? 1 : 0) },
];

function lengthOf3(rest: string): number {
  return rest.length >= 3 ? 3 : 0;
}

function longest(list: readonly string[], rest: string): number {
  const lengths = list.filter((word) => word.length > 3 && rest.startsWith(word));
  return Math.max(0, ...lengths.map((word) => word.length));
}

/**
 * Tells whether a character follows on another: it is the same, its neighbour in the alphabet, or
 * its neighbour on a keyboard.
 */
function isNext(before: string, character: string): boolean {
  if (before === "") return false;
  if (Math.abs(before.charCodeAt(0) - character.charCodeAt(0)) <= 1) return true;
  return rows.some((row) => row.includes(before + character) || row.includes(character + before));
}

function alphabetSize(text: string): number {
  const kinds: readonly (readonly [RegExp, number])[] = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/\d/, 10],
    [/[ -/:-@[-`{-~]/, 33],
    [/[^ -~]/, 100],
  ];
  return kinds.reduce((sum, [kind, size]) => sum + (kind.test(text) ? size : 0), 1);
}
