import type { Stanza } from "./header";

/** Something that unwraps file keys. */
export interface Identity {
  /**
   * Unwraps the file key of a header, or returns null if none of its stanzas is for this identity.
   * The file key is the caller's to wipe.
   *
   * @throws AgeError if a stanza is for this identity but broken, or if the user refused.
   */
  unwrapFileKey(stanzas: readonly Stanza[], signal?: AbortSignal): Promise<Uint8Array | null>;
}

/** Something that file keys are wrapped to. */
export interface Recipient {
  /** The type of the stanzas that it writes. */
  readonly type: string;
  /** Wraps a file key; the key stays the caller's. */
  wrapFileKey(fileKey: Uint8Array): Promise<readonly Stanza[]>;
  /** Returns the form that another program of the format takes; absent where there can't be one. */
  forProgram?(): ProgramRecipient;
}

/**
 * A recipient in the form that another program of the format takes. Buffers stay with whoever made
 * them, who wipes them.
 */
export type ProgramRecipient =
  | { readonly kind: "recipient"; readonly text: string }
  | { readonly kind: "passphrase"; readonly passphrase: Uint8Array };

/** A key that opens a file, in the form that another program of the format takes. */
export type ProgramIdentity =
  /** The text of an identity ("AGE-SECRET-KEY-1…"). */
  | { readonly kind: "identity"; readonly text: Uint8Array }
  | { readonly kind: "passphrase"; readonly passphrase: Uint8Array };

/** Zeroes what a program was told, by whoever owns it. */
export function wipeProgramIdentity(identity: ProgramIdentity): void {
  (identity.kind === "identity" ? identity.text : identity.passphrase).fill(0);
}
