import { unwrapFileKey } from "../../age/age";
import { AgeError } from "../../age/errors";
import type { FoundIdentity } from "../../keys/identitySearch";
import type { UnlockSources, Asking } from "../questions/asking";
import { noMatch } from "./noMatch";
import { openIdentityFile } from "./openIdentityFile";
import { locked } from "../questions/passphraseQuestion";
import type { FoundKey, Locked } from "./unlocked";

/**
 * Finds the file key with an identity that is unlocked or lies on the machine. If none fits, it
 * asks for the passphrases of identity files.
 *
 * @throws AgeError like `unlock`.
 */
export async function unlockWithIdentity(
  file: Locked,
  path: string,
  keys: UnlockSources,
  asking: Asking,
  signal?: AbortSignal,
): Promise<FoundKey> {
  const unlocked = await tryIdentities(file, keys.keyring.identities(), signal);
  if (unlocked !== null) return unlocked;
  const found = await keys.findIdentities(signal);
  try {
    for (const { path: identityFile } of found.exposed) keys.prompts.warnExposed(identityFile);
    const opened = await tryIdentities(file, found.found, signal);
    if (opened !== null) {
      // A read in the background never changes the lock's state, and idle time goes on.
      if (asking === "ask") keys.keyring.unlock();
      return opened;
    }
    const open = keys.keyring.identityFiles();
    const closed = found.encrypted.filter((identityFile) => !open.has(identityFile.path));
    if (closed.length > 0 && asking === "never") throw locked(path);
    const problems = [...found.problems];
    let dismissed: AgeError | null = null;
    for (const identityFile of closed) {
      const problem = await openIdentityFile(identityFile, keys, asking, signal);
      if (problem?.code === "dismissed") dismissed ??= problem;
      else if (problem !== null) problems.push(problem);
      const after = await tryIdentities(file, keys.keyring.identities(), signal);
      if (after !== null) return after;
    }
    // The identity that the user would not open may fit, so this is not yet "no match".
    if (dismissed !== null) throw dismissed;
    throw noMatch(file, found, keys.keyring, problems);
  } finally {
    for (const { identity } of found.found) identity.wipe();
  }
}

async function tryIdentities(
  file: Locked,
  own: readonly FoundIdentity[],
  signal?: AbortSignal,
): Promise<FoundKey | null> {
  try {
    const identities = own.map(({ identity }) => identity);
    const { fileKey, identity } = await unwrapFileKey(file.header, identities, signal);
    const opener = identities.find((one) => one === identity);
    if (opener === undefined) throw new TypeError("an identity that nobody gave");
    const unlockedBy = { kind: "identity", text: opener.encode() } as const;
    return {
      fileKey,
      opener: { kind: "identity", recipient: opener.recipient.toString() },
      unlockedBy,
    };
  } catch (error) {
    if (error instanceof AgeError && error.code === "no-identity-match") return null;
    return nullWhenWiped(error);
  }
}

/**
 * Turns the error for an identity that a lock wiped meanwhile into null, and rethrows any other.
 */
export function nullWhenWiped(error: unknown): null {
  if (error instanceof AgeError && error.code === "invalid-identity") return null;
  throw error;
}
