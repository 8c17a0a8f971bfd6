import type { Recipient } from "../age/identity";
import { utf8 } from "../age/bytes";
import { sha256Hex } from "../age/primitives";

/**
 * Computes the SHA-256 of each recipient's text ("age1…"), in hex. It records whom a file is for,
 * but names nobody. A recipient without such a text becomes "unknown", so that the count is right.
 * It leaves out a passphrase, since somebody could guess it from a digest.
 */
export function recipientDigests(recipients: readonly Recipient[]): readonly string[] {
  return recipients.flatMap((recipient) => {
    const told = recipient.forProgram?.();
    if (told === undefined) return [unknown];
    if (told.kind === "passphrase") return [];
    return [sha256Hex(utf8(told.text))];
  });
}

/** The stand-in for a digest. Nobody can take it for one in hex. */
const unknown = "unknown";
