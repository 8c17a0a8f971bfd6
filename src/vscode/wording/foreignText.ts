import { basename } from "node:path";
import type { NamedRecipient } from "../../documents/memory/memory";
import { plainName } from "../../documents/disk/encryptedNames";
import { shorten } from "../../keys/recipient";

/**
 * A text that somebody else wrote, such as a file's name, made fit for a message, a dialog or a
 * list: one line, in its own order, that VS Code takes neither for a link nor for an icon.
 *
 * @param longest - how many characters to show; a longer text is cut in the middle.
 */
export function quoted(text: string, longest = 120): string {
  // VS Code makes links of "[x](command:…)" in notifications, and icons of "$(x)" in lists.
  const harmless = plain(text).replaceAll("](", "] (").replaceAll("$(", "$ (");
  const shown = cut(harmless, longest);
  // Isolated (UAX #9 §2.4.2), it cannot turn the order of what stands after it.
  return rightToLeft.test(shown) ? `\u2068${shown}\u2069` : shown;
}

/** The name of the document of an encrypted file. */
export function quotedDocument(path: string): string {
  return quoted(plainName(basename(path)));
}

/** A recipient by the ends of its key, which others may have as well, and its label. */
export function quotedRecipient(recipient: NamedRecipient): string {
  return labelled(quoted(shorten(recipient.text)), recipient);
}

/** A recipient by its whole key, for who may be new: a key can be made like another at its ends. */
export function wholeRecipient(recipient: NamedRecipient): string {
  return labelled(quoted(recipient.text), recipient);
}

/** Somebody's label of a recipient proves nothing, so it stands in quotation marks of its own. */
function labelled(key: string, { name, identityFile }: NamedRecipient): string {
  if (identityFile !== undefined) return `${key} (you, by ${quoted(identityFile)})`;
  return name === undefined ? key : `${key} “${quoted(name.replace(/["“”„«»]/gu, "'"))}”`;
}

/**
 * The text without line breaks, control characters and what is invisible or turns the direction.
 */
export function plain(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "");
}

/**
 * The text with what {@link plain} leaves out shown by its number, so that names stay different.
 */
export function visible(text: string): string {
  return text.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** The blocks that Unicode keeps for scripts from right to left (UAX #44, DerivedBidiClass). */
const rightToLeft =
  /[\u{590}-\u{8FF}\u{FB1D}-\u{FDFF}\u{FE70}-\u{FEFF}\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

function cut(text: string, longest: number): string {
  const characters = Array.from(text);
  if (characters.length <= longest) return text;
  const tail = Math.floor((longest - 1) / 2);
  const head = longest - 1 - tail;
  return `${characters.slice(0, head).join("")}…${characters.slice(-tail).join("")}`;
}

/** "a.txt", "a.txt and 3 more", fit to be shown. */
export function whatOf(paths: readonly string[]): string {
  const [first = ""] = paths;
  const name = quoted(basename(first));
  return paths.length < 2 ? name : `${name} and ${paths.length - 1} more`;
}
