import type { ProgramIdentity, Recipient } from "../../age/identity";
import { utf8 } from "../../age/bytes";
import { AgeError } from "../../age/errors";

/** The key for a program. */
export type ProgramKey =
  | { readonly kind: "keys"; readonly text: Uint8Array }
  | Extract<ProgramIdentity, { kind: "passphrase" }>;

/**
 * Makes the key for a program from recipients.
 *
 * @throws AgeError "strategy-unable" for a recipient that only Cage can encrypt to,
 * "incompatible-recipients" or "no-recipients".
 */
export function keyOfRecipients(recipients: readonly Recipient[]): ProgramKey {
  const lines: string[] = [];
  for (const recipient of recipients) {
    const told = recipient.forProgram?.();
    if (told === undefined) {
      throw new AgeError("strategy-unable", "only Cage can encrypt to one of the recipients");
    }
    if (told.kind === "passphrase" && recipients.length === 1) return told;
    if (told.kind === "passphrase") {
      throw new AgeError("incompatible-recipients", "a passphrase must be the only recipient");
    }
    lines.push(`${told.text}\n`);
  }
  if (lines.length === 0) throw new AgeError("no-recipients", "there is no recipient");
  return { kind: "keys", text: utf8(lines.join("")) };
}
