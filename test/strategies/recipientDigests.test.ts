import { expect, it } from "vitest";
import { utf8 } from "../../src/age/bytes";
import { sha256Hasher } from "../../src/age/primitives";
import { ScryptRecipient } from "../../src/age/scrypt";
import { X25519Identity } from "../../src/age/x25519";
import { recipientDigests } from "../../src/strategies/recipientDigests";

it("digests the texts of recipients, counts those without one, and leaves out a passphrase", () => {
  const { recipient } = X25519Identity.generate();
  const hasher = sha256Hasher();
  hasher.update(utf8(recipient.toString()));
  const digest = hasher.digest();
  expect(recipientDigests([recipient])).toEqual([digest]);
  const cages = { type: "tag", wrapFileKey: () => Promise.resolve([]) };
  expect(recipientDigests([cages, recipient, cages])).toEqual(["unknown", digest, "unknown"]);
  expect(recipientDigests([new ScryptRecipient(utf8("right horse"))])).toEqual([]);
});
