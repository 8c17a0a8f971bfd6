import type { Identity, ProgramRecipient, Recipient } from "./identity";
import { base64Text, decodeBase64 } from "./base64";
import { decodeBech32, encodeBech32 } from "./bech32";
import { concat, startsWith, utf8 } from "./bytes";
import { AgeError } from "./errors";
import type { Stanza } from "./header";
import {
  hkdf,
  importX25519,
  randomBytes,
  x25519,
  type X25519PrivateKey,
  x25519PublicKey,
} from "./primitives";
import { Turns } from "./turns";
import { hasWrappedSize, unwrapWith, wrapWith } from "./wrapKey";

/** A private key and its imported form. The import takes longer than opening a header with it. */
interface Secret {
  readonly bytes: Uint8Array;
  readonly key: X25519PrivateKey;
}

/** An X25519 identity, "AGE-SECRET-KEY-1…" (age.md, The X25519 recipient type). */
export class X25519Identity implements Identity {
  readonly recipient: X25519Recipient;
  /** The private key; null once wiped. Private at run time too, so that nothing prints it. */
  #secret: Secret | null;

  private constructor(bytes: Uint8Array) {
    const key = importX25519(bytes);
    this.#secret = { bytes, key };
    this.recipient = new X25519Recipient(x25519PublicKey(key));
  }

  /** Makes a new identity. */
  static generate(): X25519Identity {
    return new X25519Identity(randomBytes(keySize));
  }

  /** Makes an identity of 32 secret bytes. It keeps them, and {@link wipe} zeroes them. */
  static ofSecret(bytes: Uint8Array): X25519Identity {
    if (bytes.length !== keySize) throw new TypeError("an X25519 secret has 32 bytes");
    return new X25519Identity(bytes);
  }

  /**
   * Parses "AGE-SECRET-KEY-1…", without whitespace around it. The caller keeps the text.
   *
   * @throws AgeError "invalid-identity".
   */
  static parse(text: Uint8Array): X25519Identity {
    if (startsWith(text, utf8("age1"))) {
      throw new AgeError("invalid-identity", "this is a recipient (public), not an identity");
    }
    const decoded = decodeBech32(text);
    if (typeof decoded === "string") {
      throw new AgeError("invalid-identity", `this is not a valid identity: ${decoded}`);
    }
    const { hrp, data } = decoded;
    if (hrp === identityPrefix && data.length === keySize) return new X25519Identity(data);
    data.fill(0);
    const reason = hrp === identityPrefix ? "its length is wrong" : "it is of another type";
    throw new AgeError("invalid-identity", `this is not an X25519 identity: ${reason}`);
  }

  /** Returns the identity as text, in a buffer that the caller wipes. */
  encode(): Uint8Array {
    return encodeBech32(identityPrefix, this.#live().bytes);
  }

  /** Zeroes the secret; afterwards the identity throws "invalid-identity" when used. */
  wipe(): void {
    this.#secret?.bytes.fill(0);
    this.#secret = null;
  }

  async unwrapFileKey(
    stanzas: readonly Stanza[],
    signal?: AbortSignal,
  ): Promise<Uint8Array | null> {
    // Each try takes a tenth of a millisecond, and a header may have a thousand stanzas.
    const turns = new Turns(8);
    for (const stanza of stanzas) {
      if (stanza.type !== stanzaType) continue;
      const pause = turns.step(signal);
      if (pause !== null) await pause;
      const fileKey = this.#unwrap(parseStanza(stanza));
      if (fileKey !== null) return fileKey;
    }
    return null;
  }

  #unwrap({ share, body }: X25519Stanza): Uint8Array | null {
    const shared = x25519(this.#live().key, share);
    if (shared === null) throw invalid("the share of an X25519 stanza is of low order");
    return unwrapWith(deriveWrapKey(shared, share, this.recipient.publicKey), body);
  }

  #live(): Secret {
    if (this.#secret !== null) return this.#secret;
    throw new AgeError("invalid-identity", "this identity has been wiped");
  }
}

/** An X25519 recipient, "age1…" (age.md, The X25519 recipient type). */
export class X25519Recipient implements Recipient {
  readonly type = stanzaType;

  /**
   * @param publicKey - 32 bytes.
   * @throws AgeError "invalid-recipient" if they are not.
   */
  constructor(readonly publicKey: Uint8Array) {
    if (publicKey.length === keySize) return;
    throw new AgeError("invalid-recipient", "the public key of the recipient is not 32 bytes long");
  }

  /**
   * Parses "age1…", without whitespace around it.
   *
   * @throws AgeError "unsupported-recipient" for a recipient of another of age's types, and
   * "invalid-recipient" for everything else.
   */
  static parse(text: string): X25519Recipient {
    if (/^AGE-(SECRET-KEY|PLUGIN)-/i.test(text)) {
      throw new AgeError(
        "invalid-recipient",
        "this is an identity (a secret key), not a recipient",
      );
    }
    const decoded = decodeBech32(utf8(text));
    if (typeof decoded === "string") {
      throw new AgeError("invalid-recipient", `this is not a valid recipient: ${decoded}`);
    }
    const { hrp, data } = decoded;
    if (hrp === recipientPrefix && data.length === keySize) return new X25519Recipient(data);
    if (hrp.startsWith("age1")) {
      throw new AgeError("unsupported-recipient", "only X25519 recipients are supported");
    }
    const reason = hrp === recipientPrefix ? "its length is wrong" : "it is of another type";
    throw new AgeError("invalid-recipient", `this is not an X25519 recipient: ${reason}`);
  }

  /** Returns the recipient as text. */
  toString(): string {
    return new TextDecoder().decode(encodeBech32(recipientPrefix, this.publicKey));
  }

  forProgram(): ProgramRecipient {
    return { kind: "recipient", text: this.toString() };
  }

  wrapFileKey(fileKey: Uint8Array): Promise<readonly Stanza[]> {
    // The promise turns a throw into a rejection.
    return new Promise((resolve) => {
      resolve([this.#wrap(fileKey)]);
    });
  }

  #wrap(fileKey: Uint8Array): Stanza {
    const ephemeral = randomBytes(keySize);
    const key = importX25519(ephemeral);
    ephemeral.fill(0);
    const share = x25519PublicKey(key);
    const shared = x25519(key, this.publicKey);
    if (shared === null) {
      throw new AgeError("invalid-recipient", "the public key of the recipient is of low order");
    }
    const body = wrapWith(deriveWrapKey(shared, share, this.publicKey), fileKey);
    return { type: stanzaType, args: [base64Text(share, "unpadded")], body };
  }
}

const stanzaType = "X25519";
const identityPrefix = "AGE-SECRET-KEY-";
const recipientPrefix = "age";
const keySize = 32;

interface X25519Stanza {
  readonly share: Uint8Array;
  readonly body: Uint8Array;
}

/** Parses a stanza of this type. A malformed one makes the whole header invalid. */
function parseStanza({ args, body }: Stanza): X25519Stanza {
  const [text, ...others] = args;
  if (text === undefined || others.length > 0) {
    throw invalid("an X25519 stanza does not have exactly one argument");
  }
  const share = decodeBase64(utf8(text), "unpadded");
  if (share?.length !== keySize) throw invalid("the share of an X25519 stanza is malformed");
  if (!hasWrappedSize(body)) {
    throw invalid("the body of an X25519 stanza does not have the length of a file key");
  }
  return { share, body };
}

/** Derives the wrap key from a shared secret, which it zeroes. */
function deriveWrapKey(shared: Uint8Array, share: Uint8Array, publicKey: Uint8Array): Uint8Array {
  try {
    return hkdf(shared, concat([share, publicKey]), "age-encryption.org/v1/X25519");
  } finally {
    shared.fill(0);
  }
}

function invalid(message: string): AgeError {
  return new AgeError("invalid-header", message);
}
