import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { collect, decrypt } from "../../src/age/age";
import type { Identity } from "../../src/age/identity";
import { AgeError, type AgeErrorCode } from "../../src/age/errors";
import { ScryptIdentity } from "../../src/age/scrypt";
import { X25519Identity } from "../../src/age/x25519";
import { bytes, text } from "./kit";

// The files of age 1.0.0 lie beside the project on the machines of its developers.
const folder = new URL("../../../shared/vectors/age-go/v1.0.0/", import.meta.url);
const present = existsSync(folder);
if (!present) console.warn("skipped: the vectors of age 1.0.0 are not beside the project");

/** The codes of the files that fail, by name. Cage decrypts all others, "good_*". */
const codes: Record<string, AgeErrorCode> = {
  // Its MAC is not even canonical Base64.
  "fail_bad_hmac.age": "invalid-header",
  "fail_large_filekey_scrypt.age": "invalid-header",
  "fail_large_filekey_x25519.age": "invalid-header",
  "fail_scrypt_and_x25519.age": "invalid-header",
  "fail_scrypt_work_factor_23.age": "excessive-work",
  "nomatch_scrypt.age": "incorrect-passphrase",
  "nomatch_x25519.age": "no-identity-match",
  // Cage does not support SSH keys.
  "good_ed25519.age": "no-identity-match",
  "good_rsa.age": "no-identity-match",
};

const read = (path: string): Uint8Array => readFileSync(new URL(path, folder));

function identities(keys: string, passphrase: Uint8Array): Identity[] {
  const x25519 = text(read(keys))
    .split("\n")
    .filter((line) => line.startsWith("AGE-SECRET-KEY-"))
    .map((line) => X25519Identity.parse(bytes(line)));
  const scrypt = new ScryptIdentity(
    () => Promise.resolve(passphrase),
    () => Promise.resolve(true),
  );
  return [...x25519, scrypt];
}

describe.skipIf(!present)("files of age 1.0.0", () => {
  const tests = "cmd/age/testdata/";
  const names = present
    ? readdirSync(new URL(tests, folder)).filter((name) => name.endsWith(".age"))
    : [];

  it.each(names)("%s", async (name) => {
    const passphrase = bytes(text(read(`${tests}default_password.txt`)).trimEnd());
    let code: AgeErrorCode | null = null;
    try {
      const plaintext = await collect(
        decrypt([read(tests + name)], identities(`${tests}default_key.txt`, passphrase)),
      );
      expect(plaintext.length).toBeGreaterThan(0);
    } catch (error) {
      if (!(error instanceof AgeError)) throw error;
      ({ code } = error);
    }
    expect(code).toBe(codes[name] ?? null);
  });

  it("are all there", () => {
    expect(names.length).toBeGreaterThan(0);
    expect(Object.keys(codes).filter((name) => !names.includes(name))).toEqual([]);
  });

  it("example.age is decrypted", async () => {
    const keys = identities("testdata/keys.txt", bytes("none"));
    const plaintext = await collect(decrypt([read("testdata/example.age")], keys));
    expect(plaintext.length).toBeGreaterThan(0);
  });
});
