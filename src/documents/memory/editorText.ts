import { utf8 } from "../../age/bytes";
import { digest } from "../disk/digest";

/** The text of an editor that can't be told: of a notebook, say, or a large text. */
export interface UnknownText {
  /** True if the editor may hold unsaved changes. */
  readonly isUnsaved: boolean;
}

/** The text of an editor, saved or not; null when no editor holds the document. */
export type EditorText = string | UnknownText | null;

/**
 * Digests a text as an editor shows it, which hides byte order marks and takes `\r\n`, `\r` and
 * `\n` for the same line end, mixed ones too.
 */
export function textDigest(text: string): string {
  return digest(utf8(text.replace(/^\ufeff+/, "").replaceAll(/\r\n?/g, "\n")));
}

/**
 * Digests the text that VS Code makes of a version's bytes. Bytes that are no UTF-8 become U+FFFD
 * there and here, by the same standard.
 */
export function versionDigest(plaintext: Uint8Array): string {
  return textDigest(new TextDecoder().decode(plaintext));
}

/**
 * Tells whether an editor that holds unsaved text may have written a version: its text is that one,
 * or is not known. Another extension's write is not told apart then, nor is one that comes after a
 * save was begun and given up.
 */
export function isTextOf(text: EditorText, plaintext: Uint8Array): boolean {
  if (typeof text !== "string") return text?.isUnsaved === true;
  return textDigest(text) === versionDigest(plaintext);
}

/**
 * Digests the text of an editor that shows a version to the byte; null where it does not, or where
 * that can't be told.
 *
 * @param plaintext - the digest of the version's bytes.
 */
export function digestOfVersion(text: EditorText, plaintext: string): string | null {
  return typeof text === "string" && digest(utf8(text)) === plaintext ? textDigest(text) : null;
}
