import { utf8 } from "../../age/bytes";
import { sha256Hex } from "../../age/primitives";

/** The text of an editor where Cage can't see it, as in a notebook or with a large text. */
export interface UnknownText {
  /** True if the editor may hold unsaved changes. */
  readonly isUnsaved: boolean;
}

/** The text of an editor, saved or not; null if no editor holds the document. */
export type EditorText = string | UnknownText | null;

/**
 * Digests a text as an editor shows it. An editor hides byte order marks, and takes `\r\n`, `\r`
 * and `\n` for the same line end, even if they are mixed.
 */
export function textDigest(text: string): string {
  return sha256Hex(utf8(text.replace(/^\ufeff+/, "").replaceAll(/\r\n?/g, "\n")));
}

/**
 * Digests the text that VS Code makes of a version's bytes. Invalid UTF-8 becomes U+FFFD both there
 * and here, by the same standard.
 */
export function versionDigest(plaintext: Uint8Array): string {
  return textDigest(new TextDecoder().decode(plaintext));
}

/**
 * Tells whether an editor may have written a version: its text is that version's, or it holds
 * unsaved text that is unknown. In both cases another extension may have been the writer instead.
 */
export function isTextOf(text: EditorText, plaintext: Uint8Array): boolean {
  if (typeof text !== "string") return text?.isUnsaved === true;
  return textDigest(text) === versionDigest(plaintext);
}

/**
 * Digests the text of an editor that shows a version to the byte; null if it does not, or if its
 * text is unknown.
 *
 * @param plaintext - the digest of the version's bytes.
 */
export function digestOfVersion(text: EditorText, plaintext: string): string | null {
  return typeof text === "string" && sha256Hex(utf8(text)) === plaintext ? textDigest(text) : null;
}
