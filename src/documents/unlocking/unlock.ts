import { stanzaTypes } from "../../age/age";
import { anySignal } from "../../age/anySignal";
import { LockWatch } from "../../keys/lockWatch";
import type { UnlockSources, Asking, KeySources } from "../questions/asking";
import { timedPrompts } from "../questions/keyTime";
import { unlockWithIdentity } from "./unlockWithIdentity";
import { unlockWithPassphrase } from "./unlockWithPassphrase";
import type { Locked, Unlocked } from "./unlocked";

/**
 * Finds the file key of an age file: with keys already unlocked, then with identities found on the
 * machine, then by asking if it may. If Cage is locked meanwhile, it stops asking and stays locked.
 * A key that needs no question may still open the file then.
 *
 * @throws AgeError "locked" if only asking could help and it may not, "dismissed" if the user
 * declined, "no-identity-match" if no key fits, or an error of the header.
 */
export async function unlock(
  file: Locked,
  path: string,
  keys: KeySources,
  asking: Asking,
  signal?: AbortSignal,
): Promise<Unlocked> {
  const { prompts, seconds } = timedPrompts(keys.prompts);
  const asked: UnlockSources = { ...keys, prompts };
  const isForPassphrase = stanzaTypes(file.header).includes("scrypt");
  const find = isForPassphrase ? unlockWithPassphrase : unlockWithIdentity;
  if (asking === "never") {
    return { ...(await find(file, path, asked, "never", signal)), seconds: seconds() };
  }
  const lock = new LockWatch(keys.keyring, path);
  const until = anySignal(lock.signal, signal);
  try {
    return { ...(await find(file, path, asked, "ask", until)), seconds: seconds() };
  } catch (error) {
    if (!lock.wasLocked()) throw error;
    signal?.throwIfAborted();
    return await unlock(file, path, keys, "never", signal);
  } finally {
    lock.dispose();
  }
}
