import * as packaged from "cctv-age";
import { inflateSync } from "node:zlib";
import type { Identity } from "../../src/age/identity";
import type { AgeErrorCode } from "../../src/age/errors";
import { ScryptIdentity } from "../../src/age/scrypt";
import { X25519Identity } from "../../src/age/x25519";
import { bytes, text } from "./kit";

export type Expectation =
  "success" | "no match" | "HMAC failure" | "header failure" | "armor failure" | "payload failure";

/** A vector of C2SP's CCTV test kit. */
export interface Vector {
  readonly name: string;
  readonly expect: Expectation;
  readonly file: Uint8Array;
  readonly armored: boolean;
  readonly identities: readonly string[];
  readonly passphrases: readonly string[];
  readonly fileKey: Uint8Array;
  /** The SHA-256 of the released plaintext, in hex. */
  readonly payload: string | null;
}

/** All vectors for the kinds of recipients that Cage has. */
export const vectors: readonly Vector[] = Object.entries(
  packaged as unknown as Record<string, Uint8Array>,
)
  .filter(([name]) => !name.startsWith("hybrid"))
  .map(([name, content]) => parse(name, content));

/** Cage's code for each class of the vectors. */
const codes: Record<Exclude<Expectation, "success">, AgeErrorCode> = {
  "header failure": "invalid-header",
  "armor failure": "invalid-armor",
  "HMAC failure": "invalid-mac",
  "payload failure": "corrupt-payload",
  "no match": "no-identity-match",
};

/** Cage's codes for single vectors, where they are finer than the class. */
const finerCodes: Record<string, AgeErrorCode> = {
  empty: "empty-file",
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

/** Returns the code with which the decryption of a vector fails; null if it succeeds. */
export const expectedCode = ({ name, expect: expected }: Vector): AgeErrorCode | null =>
  expected === "success" ? null : (finerCodes[name] ?? codes[expected]);

/** Makes the identities for decrypting a vector. */
export const identitiesOf = (vector: Vector): Identity[] => [
  ...vector.identities.map((identity) =>
    // Cage has no hybrid identities. This vector is about armor, so it gets the file key itself.
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

function parse(name: string, content: Uint8Array): Vector {
  const end = Buffer.from(content).indexOf("\n\n");
  const fields = text(content.subarray(0, end))
    .split("\n")
    .map((line) => /^([^:]+): (.*)$/.exec(line)?.slice(1) ?? []);
  const all = (key: string): string[] => fields.flatMap(([k, v = ""]) => (k === key ? [v] : []));
  const known = ["expect", "payload", "identity", "passphrase", "armored", "compressed"];
  const unknown = fields.filter(([k = ""]) => ![...known, "file key", "comment"].includes(k));
  if (unknown.length > 0) throw new Error(`vector ${name} has unknown fields`);

  const body = content.subarray(end + 2);
  return {
    name,
    expect: all("expect")[0] as Expectation,
    file: all("compressed")[0] === "zlib" ? inflateSync(body) : body,
    armored: all("armored")[0] === "yes",
    identities: all("identity"),
    passphrases: all("passphrase"),
    fileKey: Uint8Array.from(Buffer.from(all("file key")[0] ?? "", "hex")),
    payload: all("payload")[0] ?? null,
  };
}
