import type { Stanza } from "./header";

/** A private key or a passphrase, which unwraps file keys. */
export interface Identity {
  /**
   * Unwraps the file key of a header, or returns null if none of its stanzas is for this identity.
   * The caller wipes the file key.
   *
   * @throws AgeError if a stanza is for this identity but broken, or if the user refused.
   */
  unwrapFileKey(stanzas: readonly Stanza[], signal?: AbortSignal): Promise<Uint8Array | null>;
}

/** A public key or a passphrase, which wraps file keys. */
export interface Recipient {
  /** The type of the stanzas that it writes. */
  readonly type: string;
  /** Wraps a file key, which the caller keeps. */
  wrapFileKey(fileKey: Uint8Array): Promise<readonly Stanza[]>;
  /** Returns the form that another program of the format takes. Absent if there can't be one. */
  forProgram?(): ProgramRecipient;
}

/**
 * A recipient in the form that another program of the format takes. Its maker keeps the buffer and
 * wipes it.
 */
export type ProgramRecipient =
  | { readonly kind: "recipient"; readonly text: string }
  | { readonly kind: "passphrase"; readonly passphrase: Uint8Array };

/** A key that opens a file, in the form that another program of the format takes. */
export type ProgramIdentity =
  /** The text of an identity ("AGE-SECRET-KEY-1…"). */
  | { readonly kind: "identity"; readonly text: Uint8Array }
  | { readonly kind: "passphrase"; readonly passphrase: Uint8Array };

/** Zeroes the buffer of an identity. Only the buffer's owner may call it. */
export function wipeProgramIdentity(identity: ProgramIdentity): void {
  (identity.kind === "identity" ? identity.text : identity.passphrase).fill(0);
}
