import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { collect, decrypt, type Identity, readAgeFile } from "../../src/age/age";
import { decodeArmor, encodeArmor } from "../../src/age/armor";
import { AgeError, type AgeErrorCode } from "../../src/age/errors";
import { encodeHeader, parseHeader } from "../../src/age/header";
import { openPayload, sealPayload } from "../../src/age/payload";
import { forceEngine } from "../../src/age/primitives";
import { ScryptIdentity } from "../../src/age/scrypt";
import { X25519Identity } from "../../src/age/x25519";
import { type Expectation, type Vector, vectors } from "./cctv";
import { ageError, bytes, expectBytes, inPieces, released, text } from "./kit";

/** What each class of the vectors is called here; the first code is the usual one. */
const codes: Record<Exclude<Expectation, "success">, AgeErrorCode> = {
  "header failure": "invalid-header",
  "armor failure": "invalid-armor",
  "HMAC failure": "invalid-mac",
  "payload failure": "corrupt-payload",
  "no match": "no-identity-match",
};

/** Where a class has finer codes here. */
const finerCodes: Record<string, AgeErrorCode> = {
  empty: "not-age",
  version_unsupported: "unsupported-version",
  // The vectors count the payload's nonce as part of the header.
  stream_no_nonce: "corrupt-payload",
  stream_short_nonce: "corrupt-payload",
  scrypt_work_factor_23: "excessive-work",
  scrypt_work_factor_overflow: "excessive-work",
  scrypt_bad_tag: "incorrect-passphrase",
  scrypt_no_match: "incorrect-passphrase",
  scrypt_work_factor_wrong: "incorrect-passphrase",
  // The file does not even begin like armor.
  armor_garbage_leading: "not-age",
  armor_lowercase: "not-age",
  armor_whitespace_begin: "not-age",
  armor_wrong_type: "not-age",
};

const expectedCode = ({ name, expect: expected }: Vector): AgeErrorCode | null =>
  expected === "success" ? null : (finerCodes[name] ?? codes[expected]);

const identitiesOf = (vector: Vector): Identity[] => [
  ...vector.identities.map((identity) =>
    // Hybrid identities are not supported; that vector is about its armor, so it gets its file key.
    identity.startsWith("AGE-SECRET-KEY-PQ-")
      ? { unwrapFileKey: () => Promise.resolve(vector.fileKey.slice()) }
      : X25519Identity.parse(bytes(identity)),
  ),
  ...vector.passphrases.map(
    (passphrase) =>
      new ScryptIdentity(
        () => Promise.resolve(bytes(passphrase)),
        () => Promise.resolve(false),
      ),
  ),
];

async function check(vector: Vector, source: AsyncIterable<Uint8Array>): Promise<void> {
  const { plaintext, error } = await released(decrypt(source, identitiesOf(vector)));
  expect(error instanceof AgeError ? error.code : error).toBe(expectedCode(vector));
  const hash = createHash("sha256").update(plaintext).digest("hex");
  if (vector.payload !== null) expect(hash).toBe(vector.payload);
  else expect(plaintext.length).toBe(0);
}

describe("CCTV vectors", () => {
  let ran = 0;
  const large = (vector: Vector): boolean => vector.file.length > 1_000_000;

  describe.each(["openssl", "portable"] as const)("with the engine %s", (engine) => {
    beforeEach(() => {
      forceEngine(engine);
    });
    afterEach(() => {
      forceEngine(null);
    });

    it.each(vectors)("$name: $expect, as a whole", async (vector) => {
      ran++;
      await check(vector, inPieces(vector.file, Math.max(vector.file.length, 1)));
    });

    // An engine cannot see how its chunks came in, so the slow one is spared the large files.
    it.each(vectors.filter((vector) => engine === "openssl" || !large(vector)))(
      "$name: $expect, in small pieces",
      async (vector) => {
        await check(vector, inPieces(vector.file, large(vector) ? 1021 : 1));
      },
    );
  });

  afterAll(() => {
    expect(ran).toBe(2 * 125);
  });

  it("are as many as are known", () => {
    expect(vectors.length).toBe(125);
  });
});

describe("round trips of the CCTV vectors", () => {
  const readable = vectors.filter(
    ({ name, expect: expected }) =>
      !["header failure", "armor failure"].includes(expected) || name === "stream_no_nonce",
  );

  it.each(readable)("$name: encoding the parsed header gives its bytes", async ({ file }) => {
    const { header } = await readAgeFile([file]);
    expectBytes(encodeHeader(parseHeader(header.bytes)), header.bytes);
  });

  const wellArmored = vectors.filter(({ armored, expect: e }) => armored && e !== "armor failure");

  it.each(wellArmored)("$name: encoding the decoded armor gives its text", async ({ file }) => {
    const decoded = await collect(decodeArmor([file]));
    const usual = `${text(file).trim().replaceAll("\r\n", "\n")}\n`;
    expect(text(await collect(encodeArmor([decoded])))).toBe(usual);
    expectBytes(await collect(encodeArmor(inPieces(decoded, 1))), bytes(usual));
  });

  it.each(vectors.filter(({ expect: e }) => e === "armor failure"))(
    "$name: the armor decoder alone refuses it",
    async ({ file }) => {
      const { error } = await released(decodeArmor([file]));
      expect(error).toEqual(ageError("invalid-armor"));
    },
  );

  it.each(vectors.filter(({ expect: e }) => e === "success"))(
    "$name: sealing the opened payload gives its bytes",
    async ({ file, fileKey }) => {
      const payload = await collect((await readAgeFile([file])).payload);
      const plaintext = openPayload(fileKey, [payload]);
      expectBytes(await collect(sealPayload(fileKey, payload.slice(0, 16), plaintext)), payload);
    },
  );
});
