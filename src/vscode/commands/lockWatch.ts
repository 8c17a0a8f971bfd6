import type { Keyring } from "../../keys/keyring";

/**
 * Watches for a lock while a command works on several files: after one, the command asks for no
 * key, opens no document and remembers no passphrase, since each would unlock Cage again.
 */
export class LockWatch {
  private locked = false;
  /** Ends the watch. */
  readonly dispose: () => void;

  constructor(keyring: Keyring) {
    // A lock that is overdue comes before the work, and not in the middle of it.
    keyring.touch();
    this.dispose = keyring.onChange((state) => {
      this.locked ||= state === "locked";
    });
  }

  /** Tells whether Cage was locked since the watch began. */
  wasLocked(): boolean {
    return this.locked;
  }
}
