import type { Recipient } from "../age/identity";
import { utf8 } from "../age/bytes";
import { sha256Hasher } from "../age/primitives";

/**
 * The SHA-256 of each recipient's text ("age1…"), in hex: a record of whom a file is for that names
 * nobody. A recipient without a text that a program knows stands as "unknown", so that the count is
 * that of the recipients. A passphrase is left out, since a digest of it could be guessed at.
 */
export function recipientDigests(recipients: readonly Recipient[]): readonly string[] {
  return recipients.flatMap((recipient) => {
    const told = recipient.forProgram?.();
    if (told === undefined) return [unknown];
    if (told.kind === "passphrase") return [];
    const hasher = sha256Hasher();
    hasher.update(utf8(told.text));
    return [hasher.digest()];
  });
}

/** It can't be taken for a digest in hex. */
const unknown = "unknown";
