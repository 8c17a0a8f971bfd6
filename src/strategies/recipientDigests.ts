import type { Recipient } from "../age/age";
import { utf8 } from "../age/bytes";
import { sha256Hasher } from "../age/primitives";

/**
 * The SHA-256 of each recipient's text ("age1…"), in hex: a record of whom a file is for that names
 * nobody. A passphrase has none, since a digest of it could be guessed at.
 */
export function recipientDigests(recipients: readonly Recipient[]): readonly string[] {
  return recipients.flatMap((recipient) => {
    const told = recipient.forProgram?.();
    if (told?.kind !== "recipient") return [];
    const hasher = sha256Hasher();
    hasher.update(utf8(told.text));
    return [hasher.digest()];
  });
}
