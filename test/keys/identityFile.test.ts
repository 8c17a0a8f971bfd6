import { describe, expect, it, vi } from "vitest";

import { AgeError, type AgeErrorCode } from "../../src/age/errors";
import { X25519Identity } from "../../src/age/x25519";
import { type IdentityFile, parseIdentityFile } from "../../src/keys/identityFile";
import { identityFileText } from "../../src/keys/identityFileText";

const path = "/home/me/keys.txt";
const identity = X25519Identity.generate();
const key = new TextDecoder().decode(identity.encode());
const other = X25519Identity.generate();
const otherKey = new TextDecoder().decode(other.encode());
const recipient = identity.recipient.toString();

const pem = (label: string): string =>
  `-----BEGIN ${label}-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\nAAAA\n-----END ${label}-----\n`;

function parse(text: string | Uint8Array, signal?: AbortSignal): Promise<IdentityFile> {
  return parseIdentityFile(
    typeof text === "string" ? new TextEncoder().encode(text) : text,
    path,
    signal,
  );
}

function recipientsOf(file: IdentityFile): readonly string[] {
  return file.kind === "plain" ? file.identities.map((each) => each.recipient.toString()) : [];
}

async function failureOf(action: () => Promise<unknown>): Promise<AgeError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof AgeError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("an identity file", () => {
  const both = [recipient, other.recipient.toString()];
  const cases: [title: string, text: string, recipients: readonly string[]][] = [
    ["with one identity", `${key}\n`, [recipient]],
    ["without a final line end", key, [recipient]],
    ["with several identities, in their order", `${key}\n${otherKey}\n`, both],
    ["with CRLF", `# mine\r\n\r\n${key}\r\n${otherKey}\r\n`, both],
    ["with comments and empty lines", `# a\n\n#b\n${key}\n\n\n#${otherKey}`, [recipient]],
    [
      "whose comment names somebody else's recipient, which is not believed",
      `# public key: ${other.recipient.toString()}\n${key}\n`,
      [recipient],
    ],
  ];
  it.each(cases)("%s is read", async (_, text, recipients) => {
    expect(recipientsOf(await parse(text))).toEqual(recipients);
  });

  it("survives a round trip through what age-keygen would write", async () => {
    const created = new Date("2026-02-03T04:05:06.789Z");
    const text = identityFileText(identity, created);
    expect(new TextDecoder().decode(text)).toBe(
      `# created: 2026-02-03T04:05:06Z\n# public key: ${recipient}\n${key}\n`,
    );
    expect(recipientsOf(await parse(text))).toEqual([recipient]);
  });

  it("keeps working after its content is wiped", async () => {
    const content = new TextEncoder().encode(key);
    const file = await parse(content);
    content.fill(0);
    expect(recipientsOf(file)).toEqual([recipient]);
  });
});

describe("an identity that Cage cannot use", () => {
  const cases: [title: string, text: string, unsupported: object[], identities: number][] = [
    ["post-quantum", "AGE-SECRET-KEY-PQ-1XX\n", [{ line: 1, kind: "post-quantum" }], 0],
    ["of a plugin", `#\n\nAGE-PLUGIN-YUBIKEY-1QQ\n${key}`, [{ line: 3, kind: "plugin" }], 1],
    ["an OpenSSH key", pem("OPENSSH PRIVATE KEY"), [{ line: 1, kind: "ssh" }], 0],
    ["an RSA key", pem("RSA PRIVATE KEY"), [{ line: 1, kind: "ssh" }], 0],
    ["a PKCS #8 key", pem("PRIVATE KEY"), [{ line: 1, kind: "ssh" }], 0],
    ["an encrypted PKCS #8 key", pem("ENCRYPTED PRIVATE KEY"), [{ line: 1, kind: "ssh" }], 0],
    [
      "an SSH key between others",
      `${key}\n${pem("OPENSSH PRIVATE KEY")}${otherKey}\n`,
      [{ line: 2, kind: "ssh" }],
      2,
    ],
    [
      "an SSH key that is cut off",
      "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA",
      [{ line: 1, kind: "ssh" }],
      0,
    ],
  ];
  it.each(cases)("%s is reported and left out", async (_, text, unsupported, identities) => {
    const file = await parse(text);
    expect(file).toMatchObject({ kind: "plain", unsupported });
    expect(recipientsOf(file)).toHaveLength(identities);
  });
});

describe("an encrypted identity file", () => {
  const cases: [title: string, text: string][] = [
    ["binary", "age-encryption.org/v1\n-> scrypt x 18\n"],
    ["of a later version", "age-encryption.org/v2\n"],
    ["armored", "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n"],
    ["armored, after white space", " \r\n\t\n-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n"],
  ];
  it.each(cases)("%s is recognised", async (_, text) => {
    expect(await parse(text)).toEqual({ kind: "encrypted" });
  });
});

describe("a bad identity file", () => {
  const damaged = key.slice(0, -1) + (key.endsWith("Q") ? "P" : "Q");
  const utf16 = new Uint8Array([0xff, 0xfe, 0x41, 0x00]);
  const cases: [string, string | Uint8Array, AgeErrorCode, number | undefined, RegExp][] = [
    ["empty", "", "invalid-identity", undefined, /holds no identity$/],
    ["of comments only", `# ${key}\n\n`, "invalid-identity", undefined, /holds no identity$/],
    ["with a recipient", `#\n${recipient}\n`, "invalid-identity", 2, /this is a recipient/],
    ["with an SSH recipient", "ssh-ed25519 AAAA me", "invalid-identity", 1, /an SSH public key/],
    [
      "with a damaged identity",
      `${key}\n${damaged}\n`,
      "invalid-identity",
      2,
      /keys\.txt, line 2: /,
    ],
    ["with a cut identity", key.slice(0, 40), "invalid-identity", 1, /line 1: /],
    ["with an identity in lower case", key.toLowerCase(), "invalid-identity", 1, /not an identity/],
    ["with a space before an identity", ` ${key}`, "invalid-identity", 1, /not an identity/],
    ["with a space after an identity", `${key} `, "invalid-identity", 1, /line 1: /],
    ["with a comment that is indented", ` # a\n${key}`, "invalid-identity", 1, /not an identity/],
    ["with two identities in a line", `${key}${otherKey}`, "invalid-identity", 1, /line 1: /],
    ["with a lone CR", `${key}\r${otherKey}`, "invalid-identity", 1, /line 1: /],
    ["with a certificate", pem("CERTIFICATE"), "invalid-identity", 1, /a certificate/],
    ["with NUL bytes", "\0\0\0", "invalid-identity", 1, /binary data/],
    ["in UTF-16", utf16, "unreadable-identity-file", undefined, /UTF-16/],
    ["with a byte order mark", `\uFEFF${key}`, "unreadable-identity-file", undefined, /mark/],
    [
      "larger than 16 MiB",
      new Uint8Array(16 * 1024 * 1024 + 1).fill(0x0a),
      "unreadable-identity-file",
      undefined,
      /16 MiB/,
    ],
  ];
  it.each(cases)(
    "%s is refused, naming the place and no secret",
    async (_, text, code, line, message) => {
      const error = await failureOf(() => parse(text));
      expect(error.code).toBe(code);
      expect(error.facts).toEqual(line === undefined ? { path } : { path, line });
      expect(error.message).toMatch(message);
      expect(error.message).toContain(path);
      for (const secret of [key, otherKey]) {
        expect(error.message.toUpperCase()).not.toContain(secret.slice(16, 32));
      }
      expect(error.cause).toBeUndefined();
    },
  );

  it("of exactly 16 MiB is read", async () => {
    const content = new Uint8Array(16 * 1024 * 1024).fill(0x0a);
    content.set(new TextEncoder().encode(key));
    expect(recipientsOf(await parse(content))).toEqual([recipient]);
  });

  it("has the identities before the bad line wiped", async () => {
    const wipe = vi.spyOn(X25519Identity.prototype, "wipe");
    await failureOf(() => parse(`${key}\n${otherKey}\nnonsense\n`));
    expect(wipe).toHaveBeenCalledTimes(2);
    wipe.mockRestore();
  });

  it.each([
    ["lines", "\n".repeat(2 ** 24 - 100)],
    ["identities", `${key}\n`.repeat(5000)],
  ])("with very many %s is given up on request, and keeps none", async (_, text) => {
    const wiped = vi.spyOn(X25519Identity.prototype, "wipe");
    const made = vi.spyOn(X25519Identity, "parse");
    const stop = new AbortController();
    setImmediate(() => {
      stop.abort(new AgeError("dismissed", "given up"));
    });
    const error = await failureOf(() => parse(text + key, stop.signal));
    expect(error.code).toBe("dismissed");
    expect(wiped).toHaveBeenCalledTimes(made.mock.calls.length);
    for (const spy of [wiped, made]) spy.mockRestore();
  });

  it("with one line of 16 MiB is refused at once", async () => {
    const parsed = vi.spyOn(X25519Identity, "parse");
    const line = `AGE-SECRET-KEY-1${"Q".repeat(2 ** 24 - 100)}`;
    expect(await failureOf(() => parse(line))).toMatchObject({ code: "invalid-identity" });
    expect(parsed).not.toHaveBeenCalled();
    parsed.mockRestore();
  });
});
