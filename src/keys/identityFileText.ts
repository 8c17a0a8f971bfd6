import { lineFeed } from "../age/ascii";
import type { X25519Identity } from "../age/x25519";

/**
 * Makes the content of a new identity file, in the form that `age-keygen` writes. It holds the
 * secret key, so the caller wipes it after writing it.
 */
export function identityFileText(identity: X25519Identity, created: Date): Uint8Array {
  const time = created.toISOString().replace(/\.\d+Z$/, "Z");
  const comments = `# created: ${time}\n# public key: ${identity.recipient.toString()}\n`;
  const head = new TextEncoder().encode(comments);
  const key = identity.encode();
  const text = new Uint8Array(head.length + key.length + 1);
  text.set(head);
  text.set(key, head.length);
  text.set([lineFeed], head.length + key.length);
  key.fill(0);
  return text;
}
