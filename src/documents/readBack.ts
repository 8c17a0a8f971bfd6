import { collect, openPayload, readAgeFile, unwrapFileKey, type Header } from "../age/age";
import type { Identity, Recipient } from "../age/identity";
import { AgeError } from "../age/errors";
import { X25519Identity } from "../age/x25519";
import { failureOf } from "./disk/diskFailures";

/**
 * Decrypts what was just encrypted, before it gets its name.
 *
 * @param recipients - the recipients that it should have.
 * @param identities - the identities at hand.
 * @param useKey - gets the file key, which is zeroed afterwards.
 * @returns the plaintext, which the caller zeroes; null if no identity at hand should open it, or
 * if Cage was locked meanwhile.
 * @throws AgeError "unverified-candidate" if an identity should open it and none does, or if it is
 * damaged.
 */
export async function readBack(
  encrypted: Uint8Array,
  recipients: readonly Recipient[],
  identities: readonly Identity[],
  signal?: AbortSignal,
  useKey: (fileKey: Uint8Array, header: Header) => void = () => undefined,
): Promise<Uint8Array | null> {
  if (identities.length === 0) return null;
  try {
    const { header, payload } = await readAgeFile([encrypted], signal);
    const { fileKey } = await unwrapFileKey(header, identities, signal);
    try {
      useKey(fileKey, header);
      return await collect(openPayload(fileKey, payload, signal));
    } finally {
      fileKey.fill(0);
    }
  } catch (error) {
    const { code, message } = failureOf(error);
    if (code === "invalid-identity") return null;
    if (code === "no-identity-match" && !isForOneOf(identities, recipients)) return null;
    throw unverified(message);
  }
}

/** Makes the error for a candidate on the disk that differs from what was to be written. */
export function unverified(what: string): AgeError {
  return new AgeError("unverified-candidate", `what was read back is wrong: ${what}`);
}

/** Tells whether one of these identities should open a file for these recipients. */
export function isForOneOf(
  identities: readonly Identity[],
  recipients: readonly Recipient[],
): boolean {
  const own = identities.flatMap((identity) =>
    identity instanceof X25519Identity ? [identity.recipient.toString()] : [],
  );
  return recipients.some((recipient) => {
    const told = recipient.forProgram?.();
    return told?.kind === "recipient" && own.includes(told.text);
  });
}
