import { AgeError } from "../../age/errors";
import type { Asked, Asking } from "./keySources";
import type { PassphraseRequest } from "./prompts";

/**
 * Asks for a passphrase, which is the caller's to wipe. @returns null where the user dismissed it.
 */
export type AskPassphrase = () => Promise<Uint8Array | null>;

/** Asks for a passphrase, again while it is wrong; what was typed is wiped whatever happens. */
export async function askUntilRight<T>(
  request: Omit<PassphraseRequest, "attempt">,
  keys: Asked,
  attempt: (ask: AskPassphrase) => Promise<T>,
  keep: (passphrase: Uint8Array) => void,
): Promise<T> {
  for (let turn: PassphraseRequest["attempt"] = "first"; ; turn = "again") {
    const typed: Uint8Array[] = [];
    try {
      const result = await attempt(async () => {
        const passphrase = await keys.prompts.passphrase({ ...request, attempt: turn });
        if (passphrase !== null) typed.push(passphrase);
        return passphrase;
      });
      typed.forEach(keep);
      return result;
    } catch (error) {
      if (!isIncorrect(error)) throw error;
    } finally {
      for (const passphrase of typed) passphrase.fill(0);
    }
  }
}

/** Asks once for a file, however many passphrases are tried on it. */
export function workQuestion(path: string, keys: Asked, asking: Asking) {
  let isAccepted = false;
  return async (logN: number): Promise<boolean> => {
    if (asking === "never") throw locked(path);
    isAccepted ||= await keys.prompts.acceptWork(path, logN);
    return isAccepted;
  };
}

/** The failure where a question would help, and may not be asked. */
export function locked(path: string): AgeError {
  return new AgeError("locked", "the file is locked", { path });
}

/** Takes a passphrase that is not the right one for none. */
export function nullWhenIncorrect(error: unknown): null {
  if (isIncorrect(error)) return null;
  throw error;
}

function isIncorrect(error: unknown): boolean {
  return error instanceof AgeError && error.code === "incorrect-passphrase";
}
