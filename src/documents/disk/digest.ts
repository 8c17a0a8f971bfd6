import { utf8 } from "../../age/bytes";
import { AgeError } from "../../age/errors";
import { sha256Hasher, sha256Hex } from "../../age/primitives";
import type { Source } from "../../age/source";

/** Digests a text, such as a path, to 32 hexadecimal digits that can serve as a file's name. */
export function shortDigest(text: string): string {
  return sha256Hex(utf8(text)).slice(0, 32);
}

/** A source that is digested as it passes. */
export interface Digested {
  readonly source: AsyncIterable<Uint8Array>;
  /**
   * Returns the SHA-256 of the bytes that have passed, in hex. Call it at the end of the source.
   */
  readonly digest: () => string;
}

/** Digests a source as it passes. */
export function digested(source: Source): Digested {
  const hasher = sha256Hasher();
  let hex: string | null = null;
  async function* passing(): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      hasher.update(piece);
      yield piece;
    }
  }
  return { source: passing(), digest: () => (hex ??= hasher.digest()) };
}

/**
 * Reads a source to its end, wiping each piece.
 *
 * @throws AgeError "unverified-candidate" if its digest is another one.
 */
export async function expectDigest(source: Source, expected: string): Promise<void> {
  if ((await digestOf(source)) === expected) return;
  throw new AgeError("unverified-candidate", "what was read back is not what was written");
}

/** Digests a source to its end, wiping each piece. @returns the SHA-256 in hex. */
export async function digestOf(source: Source): Promise<string> {
  const passing = digested(source);
  for await (const piece of passing.source) piece.fill(0);
  return passing.digest();
}
