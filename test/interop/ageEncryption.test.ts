import {
  armor,
  Decrypter,
  Encrypter,
  generateX25519Identity,
  identityToRecipient,
} from "age-encryption";
import { describe, expect, it } from "vitest";
import { collect, decrypt, encrypt, type Format } from "../../src/age/age";
import { ScryptIdentity, ScryptRecipient } from "../../src/age/scrypt";
import { X25519Identity, X25519Recipient } from "../../src/age/x25519";
import { boundarySizes, bytes, expectBytes, plaintextOf, text } from "../age/kit";

// The npm package age-encryption, by age's author, shares no code with Cage.
const identity = await generateX25519Identity();
const recipient = await identityToRecipient(identity);
const passphrase = "p\u00e4ss \u{1f511} phrase";

const inFormat = (file: Uint8Array, format: Format): Uint8Array =>
  format === "armored" ? bytes(armor.encode(file)) : file;
const outOfFormat = (file: Uint8Array, format: Format): Uint8Array =>
  format === "armored" ? armor.decode(text(file)) : file;

const cases = [...boundarySizes, 1024 * 1024 + 5].flatMap((size) =>
  (["binary", "armored"] as const).map((format): [number, Format] => [size, format]),
);

describe("with a recipient of age-encryption", () => {
  const ours = X25519Identity.parse(bytes(identity));
  const theirs = new Decrypter();
  theirs.addIdentity(identity);

  it("keys are the same", () => {
    expect(ours.recipient.toString()).toBe(recipient);
    expect(X25519Recipient.parse(recipient).toString()).toBe(recipient);
  });

  it("an identity made here is theirs too", async () => {
    const made = X25519Identity.generate();
    expect(await identityToRecipient(text(made.encode()))).toBe(made.recipient.toString());
  });

  it.each(cases)("%i bytes, %s: they decrypt what Cage encrypts", async (size, format) => {
    const other = X25519Identity.generate().recipient;
    const file = await collect(encrypt([plaintextOf(size)], [other, ours.recipient], format));
    expectBytes(await theirs.decrypt(outOfFormat(file, format)), plaintextOf(size));
  });

  it.each(cases)("%i bytes, %s: Cage decrypts what they encrypt", async (size, format) => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(X25519Identity.generate().recipient.toString());
    encrypter.addRecipient(recipient);
    const file = inFormat(await encrypter.encrypt(plaintextOf(size)), format);
    expectBytes(await collect(decrypt([file], [ours])), plaintextOf(size));
  });
});

describe("with a passphrase and age-encryption", () => {
  const ours = new ScryptIdentity(
    () => Promise.resolve(bytes(passphrase)),
    () => Promise.resolve(false),
  );
  const theirs = new Decrypter();
  theirs.addPassphrase(passphrase);

  it.each(cases)("%i bytes, %s: they decrypt what Cage encrypts", async (size, format) => {
    const to = new ScryptRecipient(bytes(passphrase), 6);
    const file = await collect(encrypt([plaintextOf(size)], [to], format));
    expectBytes(await theirs.decrypt(outOfFormat(file, format)), plaintextOf(size));
  });

  it.each(cases)("%i bytes, %s: Cage decrypts what they encrypt", async (size, format) => {
    const encrypter = new Encrypter();
    encrypter.setScryptWorkFactor(6);
    encrypter.setPassphrase(passphrase);
    const file = inFormat(await encrypter.encrypt(plaintextOf(size)), format);
    expectBytes(await collect(decrypt([file], [ours])), plaintextOf(size));
  });
});
