import { basename } from "node:path";
import type { NamedRecipient } from "../../documents/memory/memory";
import { plainName } from "../../documents/disk/encryptedNames";
import { shorten } from "../../keys/recipient";
import { listFirst } from "./plural";

/**
 * Makes somebody else's text, such as a file's name, fit for a message, a dialog or a list. It
 * becomes one line, keeps its own direction, and VS Code finds no link and no icon in it.
 *
 * @param longest - the most characters to show; a longer text is cut in the middle.
 */
export function quoted(text: string, longest = 120): string {
  // VS Code makes links of "[x](command:…)" in notifications, and icons of "$(x)" in lists.
  const harmless = plain(text).replaceAll("](", "] (").replaceAll("$(", "$ (");
  const shown = cut(harmless, longest);
  // Isolated (UAX #9 §2.4.2), it cannot change the direction of the text after it.
  return rightToLeft.test(shown) ? `\u2068${shown}\u2069` : shown;
}

/** Names the document of an encrypted file, fit to be shown. */
export function quotedDocument(path: string): string {
  return quoted(plainName(basename(path)));
}

/** Names a recipient by the ends of its key and its label. Another key may have the same ends. */
export function quotedRecipient(recipient: NamedRecipient): string {
  return labelled(quoted(shorten(recipient.text)), recipient);
}

/**
 * Names a recipient by its whole key. New recipients need this: somebody can make a key with the
 * same ends.
 */
export function wholeRecipient(recipient: NamedRecipient): string {
  return labelled(quoted(recipient.text), recipient);
}

/** Adds the label in quotation marks of its own, since whoever wrote it can write anything. */
function labelled(key: string, { name, identityFile }: NamedRecipient): string {
  if (identityFile !== undefined) return `${key} (you, by ${quoted(identityFile)})`;
  return name === undefined ? key : `${key} “${quoted(name.replace(/["“”„«»]/gu, "'"))}”`;
}

/**
 * Removes line breaks, control characters and invisible characters, also those that change the
 * direction.
 */
export function plain(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "");
}

/**
 * Replaces each character that {@link plain} removes by its code point, so that different names
 * stay different.
 */
export function visible(text: string): string {
  return text.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** The blocks that Unicode reserves for right-to-left scripts (UAX #44, DerivedBidiClass). */
const rightToLeft =
  /[\u{590}-\u{8FF}\u{FB1D}-\u{FDFF}\u{FE70}-\u{FEFF}\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

function cut(text: string, longest: number): string {
  const characters = Array.from(text);
  if (characters.length <= longest) return text;
  const tail = Math.floor((longest - 1) / 2);
  const head = longest - 1 - tail;
  return `${characters.slice(0, head).join("")}…${characters.slice(-tail).join("")}`;
}

/** Names files, fit to be shown: "a.txt", "a.txt and 3 more". */
export function whatOf(paths: readonly string[]): string {
  return listFirst(paths, 1, (path) => quoted(basename(path)));
}
