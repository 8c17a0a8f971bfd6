import { describe, expect, it } from "vitest";

import { AgeError, type AgeErrorCode } from "../../src/age/errors";
import { X25519Identity, X25519Recipient } from "../../src/age/x25519";
import { parseRecipient, shorten } from "../../src/keys/recipient";

const identity = X25519Identity.generate();
const key = new TextDecoder().decode(identity.encode());
const recipient = identity.recipient.toString();

describe("a recipient", () => {
  it("of X25519 is read", () => {
    const parsed = parseRecipient(recipient);
    expect(parsed.type).toBe("X25519");
    expect(parsed).toEqual(X25519Recipient.parse(recipient));
  });

  const damaged = recipient.slice(0, -1) + (recipient.endsWith("q") ? "p" : "q");
  const bad: [title: string, text: string, code: AgeErrorCode, message: RegExp][] = [
    ["an Ed25519 SSH key", "ssh-ed25519 AAAAC3 me", "unsupported-recipient", /an SSH key$/],
    ["an RSA SSH key", "ssh-rsa AAAAB3", "unsupported-recipient", /an SSH key$/],
    ["an ECDSA SSH key", "ecdsa-sha2-nistp256 AAAA", "unsupported-recipient", /neither can age/],
    ["a security key", "sk-ssh-ed25519@openssh.com A", "unsupported-recipient", /neither can age/],
    ["a post-quantum recipient", "age1pq1qqqq", "unsupported-recipient", /post-quantum/],
    ["a tag recipient", "age1tag1qqqq", "unsupported-recipient", /hardware key \(age1tag1…\)/],
    ["a post-quantum tag", "age1tagpq1qqqq", "unsupported-recipient", /post-quantum.+hardware/],
    ["a plugin's recipient", "age1yubikey1qqqq", "unsupported-recipient", /plugin "yubikey"$/],
    ["a plugin with an odd name", "age1a-b.c+1d1q", "unsupported-recipient", /"a-b\.c\+1d"$/],
    ["an identity", key, "invalid-recipient", /this is an identity/],
    ["an identity in lower case", key.toLowerCase(), "invalid-recipient", /this is an identity/],
    ["an identity after a space", `  ${key}`, "invalid-recipient", /this is an identity/],
    ["a post-quantum identity", "AGE-SECRET-KEY-PQ-1QQ", "invalid-recipient", /an identity/],
    ["a plugin's identity", "AGE-PLUGIN-X-1QQ", "invalid-recipient", /this is an identity/],
    ["a private SSH key", "-----BEGIN OPENSSH PRIVATE KEY-----", "invalid-recipient", /identity/],
    ["nothing", "", "invalid-recipient", /not a recipient/],
    ["a name", "alice@example.com", "invalid-recipient", /not a recipient/],
    ["a damaged recipient", damaged, "invalid-recipient", /./],
    ["a cut recipient", recipient.slice(0, -2), "invalid-recipient", /./],
    ["the prefix alone", "age1", "invalid-recipient", /./],
    ["a recipient in upper case", recipient.toUpperCase(), "invalid-recipient", /./],
    ["a recipient with a comment", `${recipient} # alice`, "invalid-recipient", /a space/],
    ["a recipient after a space", ` ${recipient}`, "invalid-recipient", /a space/],
    ["another alphabet's letters", recipient.replace(/.$/, "а"), "invalid-recipient", /./],
  ];
  it.each(bad)("that is %s is refused", (_, text, code, message) => {
    try {
      parseRecipient(text);
    } catch (error) {
      if (!(error instanceof AgeError)) throw error;
      expect(error.code).toBe(code);
      expect(error.message).toMatch(message);
      expect(error.message.toUpperCase()).not.toContain(key.slice(16, 32));
      return;
    }
    throw new Error("it did not fail");
  });

  const short: [text: string, expected: string][] = [
    ["age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq", "age1qyqs…90gq"],
    ["age1qyqsz0gpq", "age1qyqsz0gpq"],
    ["age1qyqsz0gpqa", "age1qyqs…gpqa"],
    ["", ""],
  ];
  it.each(short)("%j is shortened to %j", (text, expected) => {
    expect(shorten(text)).toBe(expected);
  });
});
