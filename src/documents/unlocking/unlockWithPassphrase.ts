import { unwrapFileKey } from "../../age/age";
import { equalInConstantTime } from "../../age/primitives";
import { ScryptIdentity } from "../../age/scrypt";
import type { UnlockSources, Asking } from "../questions/asking";
import {
  askUntilRight,
  locked,
  nullWhenIncorrect,
  workQuestion,
  type AskPassphrase,
} from "../questions/passphraseQuestion";
import type { FoundKey, Locked } from "./unlocked";

/**
 * Finds the file key with a remembered passphrase, or else by asking.
 *
 * @throws AgeError like `unlock`.
 */
export async function unlockWithPassphrase(
  file: Locked,
  path: string,
  keys: UnlockSources,
  asking: Asking,
  signal?: AbortSignal,
): Promise<FoundKey> {
  const acceptWork = workQuestion(path, keys, asking);
  const attempt = async (ask: AskPassphrase): Promise<FoundKey> => {
    let passphrase = new Uint8Array();
    const askAndKeep = async (): Promise<Uint8Array | null> => {
      const given = await ask();
      if (given !== null) passphrase = new Uint8Array(given);
      return given;
    };
    try {
      const identity = new ScryptIdentity(askAndKeep, acceptWork);
      const { fileKey } = await unwrapFileKey(file.header, [identity], signal);
      const unlockedBy = { kind: "passphrase", passphrase } as const;
      return { fileKey, opener: { kind: "passphrase" }, unlockedBy };
    } catch (error) {
      passphrase.fill(0);
      throw error;
    }
  };
  const own = keys.keyring.passphraseFor(path);
  const held = keys.keyring.passphrasesToTry(path);
  try {
    for (const passphrase of held) {
      const unlocked = await attempt(() => Promise.resolve(passphrase)).catch(nullWhenIncorrect);
      if (unlocked === null) continue;
      const isNews = own === null || !equalInConstantTime(own, passphrase);
      // A reload in the background does not count as use of the key, so idle time goes on.
      const use = asking === "ask" ? "by the user" : "in the background";
      if (isNews || asking === "ask") keys.keyring.rememberPassphrase(path, passphrase, use);
      return unlocked;
    }
  } finally {
    for (const passphrase of held) passphrase.fill(0);
    own?.fill(0);
  }
  if (asking === "never") throw locked(path);
  const keep = (passphrase: Uint8Array): void => {
    keys.keyring.rememberPassphrase(path, passphrase);
  };
  return askUntilRight({ path, purpose: "open a file" }, keys, attempt, keep);
}
