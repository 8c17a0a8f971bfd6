import { describe, expect, it } from "vitest";
import {
  collect,
  decrypt,
  encrypt,
  type Format,
  plaintextSize,
  readAgeFile,
  type Source,
  stanzaTypes,
  unwrapFileKey,
} from "../../src/age/age";
import type { Identity, Recipient } from "../../src/age/identity";
import { createHeader } from "../../src/age/header";
import { ScryptIdentity, ScryptRecipient } from "../../src/age/scrypt";
import { X25519Identity } from "../../src/age/x25519";
import {
  ageError,
  boundarySizes,
  bytes,
  expectBytes,
  inPieces,
  plaintextOf,
  released,
  text,
} from "./kit";

const alice = X25519Identity.generate();
const bob = X25519Identity.generate();
const passphrase = bytes("open sesame");
const known = (secret: Uint8Array): ScryptIdentity =>
  new ScryptIdentity(
    () => Promise.resolve(secret),
    () => Promise.resolve(true),
  );
const sealed = (size: number, format: Format = "binary"): Promise<Uint8Array> =>
  collect(encrypt([plaintextOf(size)], [alice.recipient], format));

describe("a file", () => {
  const recipients: [string, readonly Recipient[], Identity][] = [
    ["a recipient", [alice.recipient], alice],
    ["the second of two recipients", [bob.recipient, alice.recipient], alice],
    ["a passphrase", [new ScryptRecipient(passphrase, 4)], known(passphrase)],
  ];
  const cases = recipients.flatMap(([to, all, identity]) =>
    (["binary", "armored"] as const).flatMap((format) =>
      boundarySizes.map((size) => ({ to, all, identity, format, size })),
    ),
  );

  it.each(cases)("of $size bytes, to $to, $format, is encrypted and decrypted", async (one) => {
    const plaintext = plaintextOf(one.size);
    const file = await collect(encrypt(inPieces(plaintext, 10_007), one.all, one.format));
    expectBytes(await collect(decrypt([file], [one.identity])), plaintext);
    expectBytes(await collect(decrypt(inPieces(file, 997), [bob, one.identity])), plaintext);
    const opened = await readAgeFile([file]);
    expect(opened.format).toBe(one.format);
    expect(await plaintextSize(opened, file.length)).toBe(one.size);
  });

  it("has a file key and a nonce of its own", async () => {
    const [first, second] = await Promise.all([sealed(100), sealed(100)]);
    expect(Buffer.compare(first.subarray(-116), second.subarray(-116))).not.toBe(0);
    const keys = await Promise.all(
      [first, second].map(
        async (file) => (await unwrapFileKey((await readAgeFile([file])).header, [alice])).fileKey,
      ),
    );
    expect(keys[0]).not.toEqual(keys[1]);
  });

  it("tells the types of its stanzas, without grease", async () => {
    const stanza = (type: string) => ({ type, args: [], body: new Uint8Array(0) });
    const header = createHeader(
      [stanza("X25519"), stanza("Qx+-grease"), stanza("ssh-rsa")],
      bytes("k".repeat(16)),
    );
    expect(stanzaTypes(header)).toEqual(["X25519", "ssh-rsa"]);
    await expect(unwrapFileKey(header, [])).rejects.toThrow(
      ageError("no-identity-match", { stanzaTypes: ["X25519", "ssh-rsa"] }),
    );
  });
});

describe("what is not an age file", () => {
  it.each<[string, Uint8Array, RegExp]>([
    ["a text", bytes("hello"), /begins neither/],
    ["the start of the version", bytes("age-encryption.org"), /the end of its header is missing/],
    ["an age file after a space", bytes(" age-encryption.org/v1\n"), /begins neither/],
    ["UTF-16", Buffer.from("\ufeffage-encryption.org/v1\n", "utf16le"), /UTF-16/],
    [
      "armor in UTF-16",
      Buffer.from("\ufeff-----BEGIN AGE ENCRYPTED FILE-----\n", "utf16le"),
      /UTF-16/,
    ],
    ["UTF-16, big endian", Buffer.from("\ufeffage", "utf16le").swap16(), /UTF-16/],
    ["a byte order mark", bytes("\ufeffage-encryption.org/v1\n"), /byte order mark/],
  ])("is refused as such: %s", async (_, file, message) => {
    await expect(readAgeFile([file])).rejects.toThrow(ageError("not-age"));
    await expect(readAgeFile(inPieces(file, 1))).rejects.toThrow(message);
  });

  it("is refused with a code of its own where it is empty: it may become a new file", async () => {
    await expect(readAgeFile([])).rejects.toThrow(ageError("empty-file"));
    await expect(readAgeFile([new Uint8Array(0)])).rejects.toThrow(/empty/);
  });

  it("is not read to its end, and is closed", async () => {
    let given = 0;
    let closed = false;
    async function* large(): AsyncGenerator<Uint8Array> {
      try {
        for (; given < 1000; given++) {
          yield new Uint8Array(1000);
          await Promise.resolve();
        }
      } finally {
        closed = true;
      }
    }
    await expect(readAgeFile(large())).rejects.toThrow(ageError("not-age"));
    expect(given).toBeLessThan(3);
    expect(closed).toBe(true);
  });
});

describe("unwrapping", () => {
  const headerOf = async (...recipients: Recipient[]) =>
    (await readAgeFile(encrypt([], recipients, "binary"))).header;

  it("says which identity it was", async () => {
    const header = await headerOf(bob.recipient, alice.recipient);
    expect((await unwrapFileKey(header, [X25519Identity.generate(), alice, bob])).identity).toBe(
      alice,
    );
  });

  it("tries other identities before it says that a passphrase is incorrect", async () => {
    const header = await headerOf(new ScryptRecipient(passphrase, 4));
    const right = known(passphrase);
    const wrong = known(bytes("close sesame"));
    expect((await unwrapFileKey(header, [wrong, alice, right])).identity).toBe(right);
    await expect(unwrapFileKey(header, [wrong, alice])).rejects.toThrow(
      ageError("incorrect-passphrase"),
    );
    await expect(unwrapFileKey(header, [alice])).rejects.toThrow(
      ageError("no-identity-match", { stanzaTypes: ["scrypt"] }),
    );
  });

  it("refuses a passphrase beside recipients, whatever the identity", async () => {
    const fileKey = bytes("YELLOW SUBMARINE");
    const stanzas = [
      ...(await alice.recipient.wrapFileKey(fileKey)),
      ...(await new ScryptRecipient(passphrase, 4).wrapFileKey(fileKey)),
    ];
    const header = createHeader(stanzas, fileKey);
    for (const identity of [alice, known(passphrase)]) {
      await expect(unwrapFileKey(header, [identity])).rejects.toThrow(ageError("invalid-header"));
    }
  });

  it.each([0, 15, 17, 32])("refuses a file key of %i bytes", async (length) => {
    const identity = { unwrapFileKey: () => Promise.resolve(new Uint8Array(length)) };
    const header = await headerOf(alice.recipient);
    await expect(unwrapFileKey(header, [identity])).rejects.toThrow(ageError("invalid-mac"));
  });

  it("refuses a file key of 32 bytes even if the MAC is right", async () => {
    const long = new Uint8Array(32).fill(7);
    const header = createHeader(await alice.recipient.wrapFileKey(long), long);
    const identity = { unwrapFileKey: () => Promise.resolve(long) };
    await expect(unwrapFileKey(header, [identity])).rejects.toThrow(ageError("invalid-mac"));
    await expect(unwrapFileKey(header, [alice])).rejects.toThrow(ageError("invalid-header"));
  });

  it("gives no file key with a wrong MAC, and wipes it", async () => {
    const fileKey = bytes("YELLOW SUBMARINE");
    const identity = { unwrapFileKey: () => Promise.resolve(fileKey) };
    await expect(unwrapFileKey(await headerOf(alice.recipient), [identity])).rejects.toThrow(
      ageError("invalid-mac"),
    );
    expect(fileKey).toEqual(new Uint8Array(16));
  });
});

describe("encrypting", () => {
  const source: Source = {
    [Symbol.iterator]: () => ({
      next: () => {
        throw new Error("the source was read");
      },
    }),
  };
  const passphraseRecipient = new ScryptRecipient(passphrase, 4);

  it.each([
    ["to nobody", "no-recipients", []],
    [
      "to a passphrase and a recipient",
      "incompatible-recipients",
      [passphraseRecipient, alice.recipient],
    ],
    [
      "to a recipient and a passphrase",
      "incompatible-recipients",
      [alice.recipient, passphraseRecipient],
    ],
    ["to two passphrases", "incompatible-recipients", [passphraseRecipient, passphraseRecipient]],
    [
      "to a recipient that writes nothing",
      "no-recipients",
      [{ type: "x", wrapFileKey: () => Promise.resolve([]) }],
    ],
  ] as const)("%s is refused, and writes nothing", async (_, code, recipients) => {
    for (const format of ["binary", "armored"] as const) {
      const { plaintext, error } = await released(encrypt(source, recipients, format));
      expect(error).toEqual(ageError(code));
      expect(plaintext.length).toBe(0);
    }
  });
});

describe("the plaintext's size of a file", () => {
  it("does not read a binary file any further, and closes it", async () => {
    const file = await sealed(200_000);
    let given = 0;
    let closed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for await (const piece of inPieces(file, 4096)) {
          given++;
          yield piece;
        }
      } finally {
        closed = true;
      }
    }
    expect(await plaintextSize(await readAgeFile(source()), file.length)).toBe(200_000);
    expect(given).toBe(1);
    expect(closed).toBe(true);
  });

  it("of an armored file does not depend on its line endings and whitespace", async () => {
    const file = text(await sealed(70_000, "armored"));
    for (const variant of [
      file,
      file.trimEnd(),
      file.replaceAll("\n", "\r\n"),
      `\n\n${file}  \n`,
    ]) {
      expect(
        await plaintextSize(await readAgeFile(inPieces(bytes(variant), 999)), variant.length),
      ).toBe(70_000);
    }
  });

  it("of a file that was cut off is refused where no file has this length", async () => {
    const file = await sealed(65537);
    const { length } = (await readAgeFile([file])).header.bytes;
    for (const size of [length, length + 16, length + 31, file.length - 1, file.length - 16]) {
      const short = readAgeFile([file.subarray(0, size)]);
      await expect(plaintextSize(await short, size)).rejects.toThrow(ageError("corrupt-payload"));
    }
  });
});
