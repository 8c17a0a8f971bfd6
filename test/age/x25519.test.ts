import { describe, expect, it } from "vitest";
import type { Stanza } from "../../src/age/age";
import { decodeBech32, encodeBech32 } from "../../src/age/bech32";
import { AgeError, type AgeErrorCode } from "../../src/age/errors";
import { X25519Identity, X25519Recipient } from "../../src/age/x25519";
import { ageError, bytes, expectBytes, text } from "./kit";

// The pair of keys is that of the CCTV vectors.
const identityText = "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0";
const recipientText = "age1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef";
const fileKey = bytes("YELLOW SUBMARINE");

/** Returns the code with which parsing refuses an input. The error must not contain the text. */
function refusal(parse: (text: string) => unknown, input: string): AgeErrorCode {
  try {
    parse(input);
  } catch (error) {
    if (!(error instanceof AgeError)) throw error;
    if (input !== "") expect(error.message).not.toContain(input.slice(0, 30));
    expect(JSON.stringify([error.message, error.facts, error.cause])).not.toMatch(
      /1[A-Za-z0-9]{10}/,
    );
    return error.code;
  }
  throw new Error("it was accepted");
}

describe("an X25519 identity", () => {
  it("is parsed, knows its recipient, and is encoded as it was", () => {
    const identity = X25519Identity.parse(bytes(identityText));
    expect(identity.recipient.toString()).toBe(recipientText);
    expect(text(identity.encode())).toBe(identityText);
  });

  it("leaves the text that it was parsed from alone, and depends on it no more", () => {
    for (const source of [bytes(identityText), Buffer.from(identityText)]) {
      const identity = X25519Identity.parse(source);
      expect(text(source)).toBe(identityText);
      source.fill(0);
      expect(text(identity.encode())).toBe(identityText);
    }
  });

  it("is new each time that it is generated", () => {
    const identity = X25519Identity.generate();
    const encoded = text(identity.encode());
    expect(encoded).toMatch(/^AGE-SECRET-KEY-1[0-9A-Z]{58}$/);
    expect(identity.recipient.toString()).toMatch(/^age1[0-9a-z]{58}$/);
    expect(X25519Identity.parse(bytes(encoded)).recipient.toString()).toBe(
      identity.recipient.toString(),
    );
    expect(text(X25519Identity.generate().encode())).not.toBe(encoded);
  });

  const { data } = decodeBech32(bytes(identityText)) as { data: Uint8Array };
  it.each([
    ["an empty text", ""],
    ["another text", "hello"],
    ["lower case", identityText.toLowerCase()],
    ["a space behind", `${identityText} `],
    ["a newline behind", `${identityText}\n`],
    ["a wrong checksum", `${identityText.slice(0, -1)}1`],
    ["a missing character", identityText.slice(0, -1)],
    ["31 bytes", text(encodeBech32("AGE-SECRET-KEY-", data.subarray(1)))],
    ["33 bytes", text(encodeBech32("AGE-SECRET-KEY-", Uint8Array.of(...data, 0)))],
    ["a post-quantum identity", text(encodeBech32("AGE-SECRET-KEY-PQ-", data))],
    ["a plugin's identity", text(encodeBech32("AGE-PLUGIN-YUBIKEY-", data))],
    ["a recipient", recipientText],
  ])("is not %s", (_, input) => {
    expect(refusal((source) => X25519Identity.parse(bytes(source)), input)).toBe(
      "invalid-identity",
    );
  });

  it("says so when it is a recipient", () => {
    expect(() => X25519Identity.parse(bytes(recipientText))).toThrow(/is a recipient/);
  });

  it("shows nothing of its secret, and is of no use once it is wiped", async () => {
    const identity = X25519Identity.parse(bytes(identityText));
    const stanzas = await identity.recipient.wrapFileKey(fileKey);
    expect(Object.keys(identity)).toEqual(["recipient"]);
    expect(JSON.stringify(identity)).not.toMatch(/SECRET/);
    identity.wipe();
    expect(() => identity.encode()).toThrow(ageError("invalid-identity"));
    await expect(identity.unwrapFileKey(stanzas)).rejects.toThrow(ageError("invalid-identity"));
  });
});

describe("an X25519 recipient", () => {
  it("is parsed and encoded", () => {
    expect(X25519Recipient.parse(recipientText).toString()).toBe(recipientText);
  });

  const { data } = decodeBech32(bytes(recipientText)) as { data: Uint8Array };
  it.each<[string, string, AgeErrorCode]>([
    ["an empty text", "", "invalid-recipient"],
    ["upper case", recipientText.toUpperCase(), "invalid-recipient"],
    ["a space behind", `${recipientText} `, "invalid-recipient"],
    ["a wrong checksum", `${recipientText.slice(0, -1)}q`, "invalid-recipient"],
    ["31 bytes", text(encodeBech32("age", data.subarray(1))), "invalid-recipient"],
    ["an SSH key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA", "invalid-recipient"],
    ["something else in Bech32", text(encodeBech32("bc", data)), "invalid-recipient"],
    ["a post-quantum recipient", text(encodeBech32("age1pq", data)), "unsupported-recipient"],
    ["a plugin's recipient", text(encodeBech32("age1yubikey", data)), "unsupported-recipient"],
    ["an identity", identityText, "invalid-recipient"],
    ["an identity in lower case", identityText.toLowerCase(), "invalid-recipient"],
    ["a plugin's identity", text(encodeBech32("AGE-PLUGIN-YUBIKEY-", data)), "invalid-recipient"],
  ])("is not %s", (_, input, code) => {
    expect(refusal((source) => X25519Recipient.parse(source), input)).toBe(code);
  });

  it("says so when it is an identity", () => {
    expect(() => X25519Recipient.parse(identityText)).toThrow(/is an identity/);
  });

  it.each([0, 31, 33])("has no public key of %i bytes", (length) => {
    const publicKey = new Uint8Array(length);
    expect(() => new X25519Recipient(publicKey)).toThrow(ageError("invalid-recipient"));
  });

  it("of low order is not encrypted to", async () => {
    const recipient = new X25519Recipient(new Uint8Array(32));
    await expect(recipient.wrapFileKey(fileKey)).rejects.toThrow(ageError("invalid-recipient"));
  });
});

describe("an X25519 stanza", () => {
  const identity = X25519Identity.parse(bytes(identityText));
  const wrapped = async (): Promise<Stanza> => {
    const [stanza] = await identity.recipient.wrapFileKey(fileKey);
    if (stanza === undefined) throw new Error("no stanza");
    return stanza;
  };

  it("has one argument of 32 bytes, a body of 32 bytes, and is new each time", async () => {
    const stanza = await wrapped();
    expect(stanza).toMatchObject({ type: "X25519", args: [expect.stringMatching(/^.{43}$/)] });
    expect(stanza.body.length).toBe(32);
    expect((await wrapped()).args).not.toEqual(stanza.args);
  });

  it("is found among others", async () => {
    const [other] = await X25519Identity.generate().recipient.wrapFileKey(fileKey);
    const strange = { type: "x25519", args: [], body: new Uint8Array(0) };
    const found = await identity.unwrapFileKey([strange, other ?? strange, await wrapped()]);
    expectBytes(found ?? new Uint8Array(0), fileKey);
    expect(await identity.unwrapFileKey([strange, other ?? strange])).toBe(null);
    expect(await identity.unwrapFileKey([])).toBe(null);
  });

  it.each<[string, (stanza: Stanza) => Partial<Stanza>]>([
    ["without argument", () => ({ args: [] })],
    ["with two arguments", ({ args }) => ({ args: [...args, ...args] })],
    ["with a share of 31 bytes", () => ({ args: ["A".repeat(42)] })],
    ["with a share of 33 bytes", () => ({ args: ["A".repeat(44)] })],
    ["with a share that is not canonical", () => ({ args: [`${"A".repeat(42)}B`] })],
    ["with a share that is no Base64", () => ({ args: ["-".repeat(43)] })],
    ["with a share of low order", () => ({ args: ["A".repeat(43)] })],
    ["with a body of 31 bytes", ({ body }) => ({ body: body.subarray(1) })],
    ["with a body of 33 bytes", ({ body }) => ({ body: Uint8Array.of(...body, 0) })],
    ["with an empty body", () => ({ body: new Uint8Array(0) })],
  ])("%s makes the header invalid", async (_, change) => {
    const stanza = await wrapped();
    const broken = { ...stanza, ...change(stanza) };
    await expect(identity.unwrapFileKey([broken])).rejects.toThrow(ageError("invalid-header"));
  });

  it("whose body was changed is for somebody else", async () => {
    const { body, ...rest } = await wrapped();
    const changed = { ...rest, body: body.map((byte, index) => (index === 31 ? byte ^ 1 : byte)) };
    expect(await identity.unwrapFileKey([changed])).toBe(null);
  });
});
