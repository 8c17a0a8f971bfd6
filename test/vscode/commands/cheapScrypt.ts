import type * as scrypt from "../../../src/age/scrypt";

/** The module of scrypt, with passphrases that cost little: milliseconds in place of a second. */
export function cheapScrypt(real: typeof scrypt): object {
  class CheapRecipient extends real.ScryptRecipient {
    constructor(passphrase: Uint8Array) {
      super(passphrase, 10);
    }
  }
  return { ...real, ScryptRecipient: CheapRecipient };
}
