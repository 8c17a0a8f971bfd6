import { sha256Hasher } from "../age/primitives";

/** The SHA-256 of bytes, in one piece or several, in hex: how versions of a file are told apart. */
export function digest(...pieces: readonly Uint8Array[]): string {
  const hasher = sha256Hasher();
  for (const piece of pieces) hasher.update(piece);
  return hasher.digest();
}
