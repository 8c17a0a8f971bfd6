import { AgeError } from "../../age/errors";
import type { UnlockSources, Asking } from "./asking";
import type { PassphraseRequest } from "./prompts";

/**
 * Asks for a passphrase, which the caller wipes. @returns null if the user dismissed the question.
 */
export type AskPassphrase = () => Promise<Uint8Array | null>;

/**
 * Asks for a passphrase until it is right. It wipes everything typed, whatever happens.
 *
 * @param attempt - tries to open with the passphrase that it asks for.
 * @param keep - gets the right passphrase before that is wiped.
 */
export async function askUntilRight<T>(
  request: Omit<PassphraseRequest, "attempt">,
  keys: UnlockSources,
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

/**
 * Makes the question about a work factor, which asks only once for a file, even if several
 * passphrases are tried.
 */
export function workQuestion(path: string, keys: UnlockSources, asking: Asking) {
  let isAccepted = false;
  return async (logN: number): Promise<boolean> => {
    if (asking === "never") throw locked(path);
    isAccepted ||= await keys.prompts.acceptWork(path, logN);
    return isAccepted;
  };
}

/** Makes the error for a question that would help, but must not be asked. */
export function locked(path: string): AgeError {
  return new AgeError("locked", "the file is locked", { path });
}

/** Turns the error for a wrong passphrase into null, and rethrows any other. */
export function nullWhenIncorrect(error: unknown): null {
  if (isIncorrect(error)) return null;
  throw error;
}

function isIncorrect(error: unknown): boolean {
  return error instanceof AgeError && error.code === "incorrect-passphrase";
}
