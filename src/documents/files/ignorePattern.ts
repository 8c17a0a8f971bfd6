import { utf8 } from "../../age/bytes";
import { matchesParts } from "../disk/nameGlob";

/**
 * A pattern as in a .gitignore (gitignore(5)). A repository may hold any pattern, so matching takes
 * time proportional to the product of the lengths of path and pattern. Libraries turn patterns into
 * regular expressions, which can take for ever.
 */
export interface IgnorePattern {
  /** True if the pattern takes back an earlier one. */
  readonly negated: boolean;
  readonly onlyFolders: boolean;
  /** The parts between slashes; null stands for any number of folders. */
  readonly parts: readonly (readonly Token[] | null)[];
}

/** A piece of a pattern: a star, or a test of one character. */
type Token = "*" | ((character: string) => boolean);

/** Parses a .gitignore. */
export function parseIgnoreFile(text: string): readonly IgnorePattern[] {
  return text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .flatMap((line) => parseIgnoreLine(line.replace(/\r$/, "")) ?? []);
}

/** Parses a line. @returns null for a comment, and for a pattern that matches nothing. */
export function parseIgnoreLine(line: string): IgnorePattern | null {
  if (line.startsWith("#")) return null;
  const negated = line.startsWith("!");
  let pattern = withoutTrailingSpaces(negated ? line.slice(1) : line);
  const onlyFolders = pattern.endsWith("/");
  if (onlyFolders) pattern = pattern.slice(0, -1);
  if (pattern === "") return null;
  const isAnchored = pattern.includes("/");
  const texts = splitAtSlashes(pattern.startsWith("/") ? pattern.slice(1) : pattern);
  if (texts === null) return null;
  const parts: (readonly Token[] | null)[] = isAnchored ? [] : [null];
  for (const text of texts) {
    if (isAnchored && text === "**") {
      parts.push(null);
      continue;
    }
    const tokens = tokensOf(text);
    if (tokens === null) return null;
    parts.push(tokens);
  }
  return { negated, onlyFolders, parts };
}

/**
 * Tells whether a pattern matches a path.
 *
 * @param names - the names on the path, from the folder of the pattern's file on.
 */
export function matchesIgnorePattern(
  { onlyFolders, parts }: IgnorePattern,
  names: readonly (readonly string[])[],
  isFolder: boolean,
): boolean {
  if (onlyFolders && !isFolder) return false;
  // Folders at the end of a pattern stand for their content.
  const needed = parts.at(-1) === null ? [...parts, anyName] : parts;
  return matchesParts(
    names,
    needed,
    (part) => part === null,
    (part, name) => part !== null && matchesParts(name, part, isStar, isOf),
  );
}

/** Splits a relative path, with slashes, into names of characters. */
export function namesOfPath(path: string): readonly (readonly string[])[] {
  return path.split("/").map(bytesOf);
}

/** Returns each byte of a text as a character: Git matches bytes. */
function bytesOf(text: string): readonly string[] {
  return Array.from(utf8(text), (byte) => String.fromCharCode(byte));
}

const anyName: readonly Token[] = ["*"];
const isStar = (token: Token): boolean => token === "*";
const isOf = (token: Token, character: string): boolean => token !== "*" && token(character);

/** Splits a pattern at slashes outside of classes. @returns null if a class does not end. */
function splitAtSlashes(pattern: string): readonly string[] | null {
  const characters = Array.from(pattern);
  const texts: string[] = [];
  let begin = 0;
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at];
    if (character === "\\") {
      // A backslash before a slash changes nothing.
      if (characters[at + 1] === "/") {
        texts.push(characters.slice(begin, at).join(""));
        begin = at + 2;
      }
      at++;
    } else if (character === "[") {
      const found = classAt(characters, at + 1);
      if (found === null) return null;
      at = found.end;
    } else if (character === "/") {
      texts.push(characters.slice(begin, at).join(""));
      begin = at + 1;
    }
  }
  return [...texts, characters.slice(begin).join("")];
}

function withoutTrailingSpaces(text: string): string {
  let end = text.length;
  while (text[end - 1] === " " && !isEscaped(text, end - 1)) end--;
  return text.slice(0, end);
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text[at - 1 - slashes] === "\\") slashes++;
  return slashes % 2 === 1;
}

/** Splits a part into tokens. @returns null for an incomplete pattern, which matches nothing. */
function tokensOf(text: string): readonly Token[] | null {
  const characters = bytesOf(text);
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at];
    if (character === "*") {
      if (tokens.at(-1) !== "*") tokens.push("*");
    } else if (character === "?") tokens.push(() => true);
    else if (character === "[") {
      const found = classAt(characters, at + 1);
      if (found === null) return null;
      tokens.push(found.test);
      at = found.end;
    } else {
      const wanted = character === "\\" ? characters[++at] : character;
      if (wanted === undefined) return null;
      tokens.push((one) => one === wanted);
    }
  }
  return tokens;
}

const posixClasses: Readonly<Record<string, RegExp>> = {
  alnum: /[a-z0-9]/i,
  alpha: /[a-z]/i,
  blank: /[ \t]/,
  cntrl: /\p{Cc}/u,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  upper: /[A-Z]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t-\r]/,
  xdigit: /[0-9a-f]/i,
};

/** The length of `[:xdigit:`, the longest name of a class, and some more. */
const longestClass = 12;

/** Reads a class such as [!a-z] after its bracket. @returns null if it does not end. */
function classAt(
  characters: readonly string[],
  begin: number,
): { readonly test: (character: string) => boolean; readonly end: number } | null {
  const isNegated = characters[begin] === "!" || characters[begin] === "^";
  const tests: ((character: string) => boolean)[] = [];
  const first = isNegated ? begin + 1 : begin;
  let previous: string | null = null;
  // The next "]", searched once for all brackets before it.
  let close = -1;
  for (let at = first; at < characters.length; at++) {
    let character = characters[at] ?? "";
    if (character === "]" && at > first) {
      const test = (one: string): boolean => tests.some((fits) => fits(one)) !== isNegated;
      return { test, end: at };
    }
    const next = characters[at + 1];
    if (character === "[" && next === ":") {
      if (close < at + 2) close = characters.indexOf("]", at + 2);
      const end = close;
      if (end < 0) return null;
      if (characters[end - 1] === ":" && end - 1 > at + 1) {
        if (end > at + longestClass) return null;
        const wanted = posixClasses[characters.slice(at + 2, end - 1).join("")];
        if (wanted === undefined) return null;
        tests.push((one) => wanted.test(one));
        at = end;
        previous = null;
        continue;
      }
    }
    if (character === "-" && previous !== null && next !== undefined && next !== "]") {
      const low: string = previous;
      at++;
      const high = next === "\\" ? characters[++at] : next;
      if (high === undefined) return null;
      tests.push((one) => low <= one && one <= high);
      previous = null;
      continue;
    }
    if (character === "\\") {
      const escaped = characters[++at];
      if (escaped === undefined) return null;
      character = escaped;
    }
    const wanted = character;
    tests.push((one) => one === wanted);
    previous = character;
  }
  return null;
}
