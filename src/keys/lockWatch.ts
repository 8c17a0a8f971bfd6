import { AgeError } from "../age/errors";
import type { Keyring } from "./keyring";

/**
 * A watch for a lock during a piece of work. After a lock, the work asks for no key, opens no
 * document and remembers nothing, since each of these would unlock Cage again.
 */
export class LockWatch {
  private readonly controller = new AbortController();
  /** Ends the watch. */
  readonly dispose: () => void;

  /** @param path - the file of the work, for the failure; null if there are several. */
  constructor(keyring: Keyring, path: string | null = null) {
    // An overdue lock comes now, before the work, and not in the middle of it.
    keyring.touch();
    const facts = path === null ? {} : { path };
    this.dispose = keyring.onChange((state) => {
      if (state !== "locked") return;
      this.controller.abort(new AgeError("locked", "Cage was locked meanwhile", facts));
    });
  }

  /** A signal that a lock aborts with an AgeError "locked". */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Tells whether Cage was locked since the watch began. */
  wasLocked(): boolean {
    return this.signal.aborted;
  }
}
