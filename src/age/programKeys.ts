/**
 * Whom a file is for, as another program of the format is told. Buffers stay with whoever made them,
 * who wipes them.
 */
export type ProgramRecipient =
  | { readonly kind: "recipient"; readonly text: string }
  | { readonly kind: "passphrase"; readonly passphrase: Uint8Array };

/** What opens a file, as another program of the format is told. */
export type ProgramIdentity =
  /** The text of an identity ("AGE-SECRET-KEY-1…"). */
  | { readonly kind: "identity"; readonly text: Uint8Array }
  | { readonly kind: "passphrase"; readonly passphrase: Uint8Array };

/** Zeroes what a program was told, by whoever owns it. */
export function wipeProgramIdentity(identity: ProgramIdentity): void {
  (identity.kind === "identity" ? identity.text : identity.passphrase).fill(0);
}
