import type { Header } from "../../age/age";
import { equalInConstantTime } from "../../age/primitives";
import { Turns } from "../../age/turns";
import type { FoundIdentity } from "../../keys/identitySearch";
import { nullWhenWiped } from "../unlocking/unlockWithIdentity";

/**
 * Finds the readers of a file among the user's own identities. Each of them opens its own stanza,
 * and all find the same file key.
 *
 * @returns their recipients, in the order of the stanzas.
 */
export async function ownReaders(
  { stanzas }: Pick<Header, "stanzas">,
  own: readonly FoundIdentity[],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const readers = new Map<string, Uint8Array>();
  // Each try takes a tenth of a millisecond, and a header may have a thousand stanzas.
  const turns = new Turns(8);
  try {
    for (const stanza of stanzas) {
      for (const { identity } of own) {
        const recipient = identity.recipient.toString();
        if (readers.has(recipient)) continue;
        const pause = turns.step(signal);
        if (pause !== null) await pause;
        const fileKey = await identity.unwrapFileKey([stanza]).catch(nullWhenWiped);
        if (fileKey === null) continue;
        readers.set(recipient, fileKey);
        break;
      }
    }
    const [first] = readers.values();
    return [...readers].flatMap(([recipient, fileKey]) =>
      first !== undefined && equalInConstantTime(first, fileKey) ? [recipient] : [],
    );
  } finally {
    for (const fileKey of readers.values()) fileKey.fill(0);
  }
}
