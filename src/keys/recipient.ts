import type { Recipient } from "../age/identity";
import { AgeError } from "../age/errors";
import { X25519Recipient } from "../age/x25519";

/**
 * Reads a recipient as age writes it. It accepts no whitespace, as in files: a caller that asked a
 * user for the text trims it first.
 *
 * @throws AgeError `unsupported-recipient` for a kind that exists but that Cage cannot encrypt to;
 * `invalid-recipient` for anything else. The text itself is never part of the message, because it
 * may be an identity.
 */
export function parseRecipient(text: string): Recipient {
  if (/^\s*(age-(secret-key|plugin)-|-----BEGIN )/i.test(text)) {
    throw new AgeError(
      "invalid-recipient",
      "this is an identity (a secret key); a recipient begins with age1",
    );
  }
  const kind = unsupportedKind(text);
  if (kind !== null) {
    throw new AgeError("unsupported-recipient", `this version of Cage cannot encrypt to ${kind}`);
  }
  if (/\s/.test(text)) {
    throw new AgeError(
      "invalid-recipient",
      "there is a space in or around the recipient (a comment needs a line of its own)",
    );
  }
  if (!text.startsWith("age1")) {
    throw new AgeError("invalid-recipient", "this is not a recipient");
  }
  return X25519Recipient.parse(text);
}

/** Shortens a recipient for a message or a list to its two ends, as in `age1qyqs…p3xa`. */
export function shorten(recipient: string): string {
  const [head, tail] = [8, 4];
  if (recipient.length <= head + tail + 1) return recipient;
  return `${recipient.slice(0, head)}…${recipient.slice(-tail)}`;
}

function unsupportedKind(text: string): string | null {
  const known = unsupportedKinds.find(([prefix]) => text.startsWith(prefix));
  if (known !== undefined) return known[1];
  // Bech32 splits at the last "1", which its data cannot contain. A second one means a plugin's.
  const plugin = /^age1([a-z0-9+\-._]+)1[^1]*$/.exec(text)?.[1];
  return plugin === undefined ? null : `a recipient of the plugin "${plugin}"`;
}

const unsupportedKinds = [
  ["age1pq1", "a post-quantum recipient (age1pq1…)"],
  ["age1tag1", "a tagged recipient of a hardware key (age1tag1…)"],
  ["age1tagpq1", "a tagged post-quantum recipient of a hardware key (age1tagpq1…)"],
  ["ssh-", "an SSH key"],
  ["sk-ssh-", "an SSH key that lives on a security key, and neither can age"],
  ["sk-ecdsa-", "an SSH key that lives on a security key, and neither can age"],
  ["ecdsa-", "an ECDSA key of SSH, and neither can age"],
] as const;
