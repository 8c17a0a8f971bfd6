import type { Header } from "../../age/age";
import { hkdf } from "../../age/primitives";
import { X25519Identity, type X25519Recipient } from "../../age/x25519";

/**
 * The recipient of a version's drafts, and the parts from which every key that opens the version
 * can derive the secret again. It contains no secret itself, so it opens nothing.
 */
export interface DraftKey {
  readonly recipient: X25519Recipient;
  /** The salt: 32 random bytes. */
  readonly salt: Uint8Array;
  /** The version's header, byte for byte. */
  readonly header: Uint8Array;
}

/** Derives the key of a version's drafts. The caller keeps the file key. */
export function deriveDraftKey(
  fileKey: Uint8Array,
  header: Header,
  random: (length: number) => Uint8Array,
): DraftKey {
  const salt = random(saltSize);
  const identity = draftIdentity(fileKey, salt);
  try {
    return { recipient: identity.recipient, salt, header: header.bytes };
  } finally {
    identity.wipe();
  }
}

/** Derives the identity that opens such drafts. The caller wipes it. */
export function draftIdentity(fileKey: Uint8Array, salt: Uint8Array): X25519Identity {
  return X25519Identity.ofSecret(hkdf(fileKey, salt, "cage-vscode draft v1 X25519"));
}

/** The length of a salt, in bytes. */
const saltSize = 32;
