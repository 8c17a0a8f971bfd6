import type { Identity, ProgramRecipient, Recipient } from "./identity";
import { base64Text, decodeBase64 } from "./base64";
import { concat, utf8 } from "./bytes";
import { AgeError } from "./errors";
import type { Stanza } from "./header";
import { randomBytes, scrypt } from "./primitives";
import { hasWrappedSize, unwrapWith, wrapWith } from "./wrapKey";

/** The type of a passphrase's stanza. */
export const scryptType = "scrypt";

/** The work factor of new files, as an exponent: 256 MiB and about a second. */
export const defaultLogN = 18;

/** The highest work factor that Cage accepts, which is also age's: 4 GiB. */
export const maxLogN = 22;

/** The highest work factor that needs no consent: 1 GiB. Above it, the caller must agree. */
export const maxLogNUnasked = 20;

/**
 * Returns the scrypt stanza of a header, or null if the header has none.
 *
 * @throws AgeError "invalid-header" if it is not the only stanza (age.md, The scrypt recipient
 * type): a passphrase must not open a file that somebody without it could write.
 */
export function soleScryptStanza(stanzas: readonly Stanza[]): Stanza | null {
  const stanza = stanzas.find(({ type }) => type === scryptType);
  if (stanza === undefined) return null;
  if (stanzas.length === 1) return stanza;
  throw invalid("an scrypt stanza is not the only one in its header");
}

/** A passphrase to encrypt with. It has to be the file's only recipient. */
export class ScryptRecipient implements Recipient {
  readonly type = scryptType;
  // Private at run time too, so that no printed object shows a passphrase.
  readonly #passphrase: Uint8Array;
  readonly #logN: number;

  /**
   * @param passphrase - the caller keeps it, and may wipe it once the first bytes have come.
   * @param logN - the work factor as an exponent.
   * @throws AgeError "invalid-recipient" if the passphrase is empty; RangeError if the work factor
   * is out of range.
   */
  constructor(passphrase: Uint8Array, logN = defaultLogN) {
    if (passphrase.length === 0) {
      throw new AgeError("invalid-recipient", "the passphrase is empty");
    }
    if (!Number.isInteger(logN) || logN < 1 || logN > maxLogN) {
      throw new RangeError("the scrypt work factor is out of range");
    }
    this.#passphrase = passphrase;
    this.#logN = logN;
  }

  /**
   * Returns the passphrase for another program. It is the caller's own buffer, not a copy.
   *
   * @throws AgeError "invalid-recipient" if the passphrase has been wiped.
   */
  forProgram(): ProgramRecipient {
    return { kind: "passphrase", passphrase: this.#live() };
  }

  async wrapFileKey(fileKey: Uint8Array): Promise<readonly Stanza[]> {
    const salt = randomBytes(saltSize);
    const wrapKey = await deriveWrapKey(this.#live(), salt, this.#logN);
    const args = [base64Text(salt, "unpadded"), String(this.#logN)];
    return [{ type: scryptType, args, body: wrapWith(wrapKey, fileKey) }];
  }

  /**
   * Returns the passphrase, unless it is all zeros: then it was wiped too early, and anybody could
   * read the file.
   */
  #live(): Uint8Array {
    if (this.#passphrase.some((byte) => byte !== 0)) return this.#passphrase;
    throw new AgeError("invalid-recipient", "the passphrase has been wiped");
  }
}

/** An identity that asks for a passphrase, but only when a file needs one. */
export class ScryptIdentity implements Identity {
  /**
   * @param askPassphrase - called once for a header with an scrypt stanza. The caller keeps the
   * buffer. Null means that the user dismissed the question.
   * @param acceptWork - asked before the passphrase, if the work factor (an exponent) needs more
   * than 1 GiB of memory.
   */
  constructor(
    private readonly askPassphrase: () => Promise<Uint8Array | null>,
    private readonly acceptWork: (logN: number) => Promise<boolean>,
  ) {}

  /**
   * Asks for the passphrase and unwraps the file key.
   *
   * @throws AgeError "incorrect-passphrase", "excessive-work", "dismissed" or "invalid-header".
   */
  async unwrapFileKey(
    stanzas: readonly Stanza[],
    signal?: AbortSignal,
  ): Promise<Uint8Array | null> {
    const stanza = soleScryptStanza(stanzas);
    if (stanza === null) return null;
    const { salt, logN, body } = parseStanza(stanza);
    if (logN > maxLogN) {
      throw new AgeError("excessive-work", "the scrypt work factor is too high", { logN });
    }
    if (logN > maxLogNUnasked && !(await this.acceptWork(logN))) {
      throw new AgeError("dismissed", "its work factor was declined", { logN });
    }
    signal?.throwIfAborted();
    const passphrase = await this.askPassphrase();
    if (passphrase === null) throw new AgeError("dismissed", "the question was dismissed");

    const wrapKey = await deriveWrapKey(passphrase, salt, logN, signal);
    const fileKey = unwrapWith(wrapKey, body);
    if (fileKey !== null) return fileKey;
    throw new AgeError("incorrect-passphrase", "the passphrase is incorrect");
  }
}

const saltSize = 16;

interface ScryptStanza {
  readonly salt: Uint8Array;
  readonly logN: number;
  readonly body: Uint8Array;
}

function parseStanza({ args, body }: Stanza): ScryptStanza {
  const [saltText, logNText, ...others] = args;
  if (saltText === undefined || logNText === undefined || others.length > 0) {
    throw invalid("an scrypt stanza does not have exactly two arguments");
  }
  const salt = decodeBase64(utf8(saltText), "unpadded");
  if (salt?.length !== saltSize) throw invalid("the salt of an scrypt stanza is malformed");
  if (!/^[1-9][0-9]*$/.test(logNText)) {
    throw invalid("the work factor of an scrypt stanza is malformed");
  }
  if (!hasWrappedSize(body)) {
    throw invalid("the body of an scrypt stanza does not have the length of a file key");
  }
  return { salt, logN: Number(logNText), body };
}

async function deriveWrapKey(
  passphrase: Uint8Array,
  salt: Uint8Array,
  logN: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const label = utf8("age-encryption.org/v1/scrypt");
  try {
    return await scrypt(passphrase, concat([label, salt]), logN, signal);
  } catch {
    signal?.throwIfAborted();
    throw new AgeError("excessive-work", "there is not enough memory for the scrypt work factor", {
      logN,
    });
  }
}

function invalid(message: string): AgeError {
  return new AgeError("invalid-header", message);
}
