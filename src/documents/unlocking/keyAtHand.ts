import { unwrapFileKey, type Header } from "../../age/age";
import { type Identity, wipeProgramIdentity } from "../../age/identity";
import type { AgeErrorCode } from "../../age/errors";
import { soleScryptStanza } from "../../age/scrypt";
import { failureOf } from "../disk/diskFailures";
import type { KeySources } from "../questions/asking";
import { unlock } from "./unlock";

/**
 * Unwraps a file key without a question. It uses the identities given. For a file with recipients
 * it also uses those that are unlocked or lie on the machine in the clear. For a file with a
 * passphrase it does not use one that Cage remembers, which the user did not choose for this file.
 *
 * @param path - the present or future path of the file, for messages.
 * @returns the file key, which the caller wipes, or the reason why there is none.
 */
export async function keyAtHand(
  header: Header,
  path: string,
  identities: readonly Identity[],
  keys: KeySources,
  signal?: AbortSignal,
): Promise<Uint8Array | "no identity at hand" | "damaged"> {
  const attempt = async (unwrapping: () => Promise<{ fileKey: Uint8Array }>) => {
    try {
      return (await unwrapping()).fileKey;
    } catch (error) {
      return damaged.has(failureOf(error).code) ? "damaged" : "no identity at hand";
    }
  };
  const own = await attempt(() => unwrapFileKey(header, identities, signal));
  if (own !== "no identity at hand" || soleScryptStanza(header.stanzas) !== null) return own;
  return attempt(async () => {
    const { fileKey, unlockedBy } = await unlock({ header }, path, keys, "never", signal);
    wipeProgramIdentity(unlockedBy);
    return { fileKey };
  });
}

const damaged: ReadonlySet<AgeErrorCode> = new Set(["invalid-header", "invalid-mac"]);
