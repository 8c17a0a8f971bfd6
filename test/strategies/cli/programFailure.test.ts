import { describe, expect, it } from "vitest";
import type { AgeErrorCode } from "../../../src/age/errors";
import { programFailure } from "../../../src/strategies/cli/programFailure";
import type { ProgramKey } from "../../../src/strategies/cli/programKey";

const noMatch = "no identity matched any of the recipients";
const oneNoMatch = "identity did not match any of the recipients: incorrect identity for recipient";

/** The messages of programs, each with the key in use and the code that must result. */
const told: readonly [text: string, key: ProgramKey["kind"], code: AgeErrorCode][] = [
  ["age: error: incorrect passphrase", "passphrase", "incorrect-passphrase"],
  ["Error: Decryption failed", "passphrase", "incorrect-passphrase"],
  ["Error: Decryption failed", "keys", "program-failed"],
  ["age: error: passphrases didn't match", "passphrase", "program-failed"],
  ["Error: Inputs do not match", "passphrase", "program-failed"],
  [`age: error: ${noMatch}`, "keys", "no-identity-match"],
  [`age: error: ${oneNoMatch}`, "keys", "no-identity-match"],
  ["Error: No matching keys found", "keys", "no-identity-match"],
  ["age: error: scrypt work factor too large: 30", "passphrase", "excessive-work"],
  ["age: error: bad header MAC", "keys", "program-failed"],
  ["Error: Header MAC is invalid", "keys", "program-failed"],
  ["age: error: failed to decrypt and authenticate payload chunk", "keys", "corrupt-payload"],
  ["Error: decryption error", "passphrase", "corrupt-payload"],
  ["age: error: unexpected EOF", "keys", "corrupt-payload"],
  ["age: error: failed to read header: parsing age header: EOF", "keys", "program-failed"],
  ["age: error: write /x: no space left on device", "keys", "disk-full"],
  ["Error: Permission denied (os error 13)", "keys", "no-permission"],
  ["the secret is out", "keys", "program-failed"],
  ["", "passphrase", "program-failed"],
];

describe("what a failed program said", () => {
  it.each(told)("%j with %s is %s", (text, key, code) => {
    const said = `first lines\r\n${text}\r\nage: report unexpected or unhelpful errors`;
    const error = programFailure("age 1.1.1", said, key);
    expect(error.code).toBe(code);
    expect(error.message).toContain("age 1.1.1");
    expect(error.message).not.toContain("report unexpected");
    expect(error.message).not.toContain("secret");
    expect(error.cause).toBeUndefined();
  });
});
