import { copyOf } from "../age/bytes";
import { equalInConstantTime } from "../age/primitives";
import type { X25519Identity } from "../age/x25519";
import type { UnsupportedKind } from "./identityFile";
import type { FoundIdentity } from "./identitySearch";

/** The clocks and timers that the keyring needs. */
export interface Clock {
  /** Returns milliseconds of the wall clock. It runs while the machine sleeps, and can be set. */
  now(): number;
  /** Returns milliseconds of a clock that nobody can set. It may stop while the machine sleeps. */
  monotonic(): number;
  /** Calls back once after so many milliseconds. The function that it returns cancels the timer. */
  setTimer(callback: () => void, milliseconds: number): () => void;
}

/**
 * The state of a keyring. It is "unlocked" from the first use of a key until the next lock, even if
 * the ring holds no key.
 */
export type KeyringState = "locked" | "unlocked";

/** The reason of a lock: the user of this window, idle time, or the user of another window. */
export type LockReason = "by the user" | "idle" | "elsewhere";

type Listener = (state: KeyringState, reason: LockReason) => void;

/** The longest delay of a timer, in milliseconds. Node calls back at once for a longer one. */
const longestDelay = 2 ** 31 - 1;

/**
 * A store, only in memory, of the passphrases and identities that the user unlocked. `lock` wipes
 * them, and so does the ring itself after some idle minutes. Every view of plaintext listens to
 * `onChange`, and removes the plaintext after a lock.
 */
export class Keyring {
  /** The passphrases by file, in the order of their last success. */
  private readonly passphrases = new Map<string, Uint8Array>();
  private readonly identitiesByPath = new Map<string, readonly X25519Identity[]>();
  private readonly unsupportedByPath = new Map<string, readonly UnsupportedKind[]>();
  private readonly listeners = new Set<Listener>();
  private currentState: KeyringState = "locked";
  /** The time of the last use, by both clocks. */
  private lastUse = { wall: 0, monotonic: 0 };
  private cancelTimer: (() => void) | null = null;

  /** @param afterMinutes - the idle minutes until it locks itself; 0 means never. */
  constructor(
    private readonly clock: Clock,
    private afterMinutes: number,
  ) {}

  get state(): KeyringState {
    this.lockIfOverdue();
    return this.currentState;
  }

  /**
   * Adds a listener and returns a function that removes it. The ring calls the listener at every
   * lock, even if it was locked before, and at the first use of a key after a lock. The listener
   * must not throw.
   */
  onChange(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Notes that a key is in use, so that idle time counts. The caller does so when a key from
   * outside the ring, such as an identity file in the clear, has opened something.
   */
  unlock(): void {
    this.lockIfOverdue();
    const wasLocked = this.currentState === "locked";
    this.currentState = "unlocked";
    this.restartTimer();
    if (wasLocked) this.notify();
  }

  /**
   * Notes that the user is at work, so that idle time starts anew. It never unlocks. Reading from
   * the ring does not count as work, because a reload in the background reads too.
   */
  touch(): void {
    this.lockIfOverdue();
    if (this.currentState === "unlocked") this.restartTimer();
  }

  /** Changes the idle minutes; 0 means never. The time since the last use counts. */
  setLimit(afterMinutes: number): void {
    this.lockIfOverdue();
    this.afterMinutes = afterMinutes;
    this.lockIfOverdue();
    if (this.currentState === "unlocked") this.startTimer();
  }

  /**
   * Remembers the passphrase that opened a file, or that a file was encrypted with. It copies the
   * buffer, which the caller keeps.
   *
   * @param file - a name that the caller chooses, always the same one for the file
   * @param use - only a use by the user unlocks the ring and starts idle time anew. In the
   * background a locked ring remembers nothing.
   */
  rememberPassphrase(
    file: string,
    passphrase: Uint8Array,
    use: "by the user" | "in the background" = "by the user",
  ): void {
    if (use === "in the background" && this.state === "locked") return;
    const copy = copyOf(passphrase);
    if (use === "by the user") this.unlock();
    this.forgetPassphrase(file);
    this.passphrases.set(file, copy);
  }

  /** Returns a copy of the file's passphrase, which the caller wipes, or `null`. */
  passphraseFor(file: string): Uint8Array | null {
    this.lockIfOverdue();
    return this.passphrases.get(file)?.slice() ?? null;
  }

  /** Lists the files whose passphrases it holds. */
  passphraseFiles(): readonly string[] {
    this.lockIfOverdue();
    return [...this.passphrases.keys()];
  }

  /**
   * Returns the passphrases to try before asking the user: the file's own, then the one that worked
   * last. It returns no more, because each try costs an scrypt run. They are copies, which the
   * caller wipes.
   */
  passphrasesToTry(file: string): readonly Uint8Array[] {
    this.lockIfOverdue();
    const own = this.passphrases.get(file);
    const last = [...this.passphrases.values()].at(-1);
    if (last === undefined) return [];
    if (own === undefined || equalInConstantTime(own, last)) return [last.slice()];
    return [own.slice(), last.slice()];
  }

  /** Drops the file's passphrase, because it turned out to be wrong or the file is gone. */
  forgetPassphrase(file: string): void {
    this.passphrases.get(file)?.fill(0);
    this.passphrases.delete(file);
  }

  /**
   * Takes over the identities of an encrypted identity file: from now on the ring wipes them. It
   * wipes those that it held for the same path before.
   */
  rememberIdentities(
    path: string,
    identities: readonly X25519Identity[],
    unsupported: readonly UnsupportedKind[] = [],
  ): void {
    this.unlock();
    this.unsupportedByPath.set(path, unsupported);
    for (const old of this.identitiesByPath.get(path) ?? []) {
      if (!identities.includes(old)) old.wipe();
    }
    this.identitiesByPath.set(path, identities);
  }

  /** Lists the opened identity files, even empty ones, with the kinds that Cage cannot use. */
  identityFiles(): ReadonlyMap<string, readonly UnsupportedKind[]> {
    this.lockIfOverdue();
    return this.unsupportedByPath;
  }

  /** Lists the unlocked identities. The ring keeps them, and wipes them when it locks. */
  identities(): readonly FoundIdentity[] {
    this.lockIfOverdue();
    return [...this.identitiesByPath].flatMap(([path, identities]) =>
      identities.map((identity) => ({ identity, path })),
    );
  }

  /** Wipes everything and tells the listeners. */
  lock(reason: LockReason = "by the user"): void {
    this.stopTimer();
    for (const passphrase of this.passphrases.values()) passphrase.fill(0);
    this.passphrases.clear();
    for (const identity of [...this.identitiesByPath.values()].flat()) identity.wipe();
    this.identitiesByPath.clear();
    this.unsupportedByPath.clear();
    this.currentState = "locked";
    this.notify(reason);
  }

  /** Locks if time has run out: it may have while the machine slept, when timers stand still. */
  private lockIfOverdue(): void {
    if (this.currentState === "unlocked" && this.remaining() <= 0) this.lock("idle");
  }

  private restartTimer(): void {
    this.lastUse = { wall: this.clock.now(), monotonic: this.clock.monotonic() };
    this.startTimer();
  }

  private startTimer(): void {
    this.stopTimer();
    const remaining = this.remaining();
    if (remaining === Infinity) return;
    const onTime = (): void => {
      if (this.remaining() <= 0) this.lock("idle");
      else this.startTimer();
    };
    this.cancelTimer = this.clock.setTimer(onTime, Math.min(remaining, longestDelay));
  }

  private stopTimer(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
  }

  /**
   * Computes the milliseconds until it locks itself. The clock by which more time has passed
   * counts: the wall clock if the machine slept, the monotonic one if the wall clock was set back.
   */
  private remaining(): number {
    if (!(this.afterMinutes > 0)) return Infinity;
    const { wall, monotonic } = this.lastUse;
    const passed = Math.max(this.clock.now() - wall, this.clock.monotonic() - monotonic);
    return this.afterMinutes * 60_000 - passed;
  }

  private notify(reason: LockReason = "by the user"): void {
    for (const listener of [...this.listeners]) listener(this.currentState, reason);
  }
}
