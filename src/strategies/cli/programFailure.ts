import { AgeError, type AgeErrorCode } from "../../age/errors";
import type { ProgramKey } from "./programKey";

/**
 * Makes one of Cage's errors from the messages of a failed program. It does not pass on the text
 * itself, which may contain anything, even plaintext.
 *
 * @param said - the end of its stderr, or of its output on a terminal.
 * @param key - the kind of its key: rage says the same for a wrong passphrase and a damaged stanza.
 */
export function programFailure(program: string, said: string, key: ProgramKey["kind"]): AgeError {
  const known = failures.find(
    (one) =>
      (one.only === undefined || one.only === key) && one.texts.some((text) => said.includes(text)),
  );
  if (known === undefined) {
    return new AgeError("program-failed", `${program} failed for a reason that Cage does not know`);
  }
  return new AgeError(known.code, `${program}: ${known.message}`);
}

interface KnownFailure {
  readonly code: AgeErrorCode;
  readonly message: string;
  /** The kind of key with which the texts mean this; absent if they do with any. */
  readonly only?: ProgramKey["kind"];
  /** The texts of age 1.0 to 1.3 and of rage 0.12. */
  readonly texts: readonly string[];
}

/** The known failures. Their order matters, since one text may be a part of another one. */
const failures: readonly KnownFailure[] = [
  {
    code: "incorrect-passphrase",
    message: "the passphrase is incorrect",
    only: "passphrase",
    texts: ["incorrect passphrase", "Decryption failed"],
  },
  {
    code: "program-failed",
    message: "the pseudo-terminal changed the passphrase",
    texts: ["passphrases didn't match", "Inputs do not match"],
  },
  {
    code: "no-identity-match",
    message: "no identity matches a recipient of the file",
    texts: [
      "no identity matched any of the recipients",
      "identity did not match any of the recipients",
      "No matching keys found",
    ],
  },
  {
    code: "excessive-work",
    message: "the scrypt work factor is too high for it",
    texts: ["scrypt work factor too large", "Excessive work parameter"],
  },
  {
    code: "corrupt-payload",
    message: "the payload is damaged",
    texts: [
      "failed to decrypt and authenticate payload chunk",
      "unexpected EOF",
      "trailing data after end of encrypted file",
      "last chunk is empty",
      "decryption error",
    ],
  },
  {
    code: "invalid-armor",
    message: "the armor is malformed",
    texts: ["invalid armor", "armor: ", "ASCII armor"],
  },
  {
    // Cage read the header and checked its MAC before it started the program.
    code: "program-failed",
    message: "it does not accept the file's header, in which Cage finds no fault",
    texts: [
      "failed to read header",
      "parsing age header",
      "Decryption failed",
      "bad header MAC",
      "Header MAC is invalid",
      "Header is invalid",
    ],
  },
  {
    code: "invalid-recipient",
    message: "it does not know one of the recipients",
    texts: ["malformed recipient", "unknown recipient type", "Invalid recipient"],
  },
  {
    code: "incompatible-recipients",
    message: "it refuses these recipients together",
    texts: ["incompatible recipients"],
  },
  {
    code: "disk-full",
    message: "there is no space left",
    texts: ["no space left on device", "No space left on device"],
  },
  {
    code: "no-permission",
    message: "it may not read or write a file",
    texts: ["permission denied", "Permission denied"],
  },
];
