import { copyOf } from "../age/bytes";
import { equalInConstantTime } from "../age/primitives";
import type { X25519Identity } from "../age/x25519";
import type { UnsupportedKind } from "./identityFile";
import type { FoundIdentity } from "./identitySearch";

/** Time, as the keyring needs it. */
export interface Clock {
  /** Milliseconds of the wall clock, which go on while the machine sleeps. It may be set. */
  now(): number;
  /** Milliseconds that nobody can set, and that may stand still while the machine sleeps. */
  monotonic(): number;
  /** Calls back once after so many milliseconds, unless the function that it returns is called. */
  setTimer(callback: () => void, milliseconds: number): () => void;
}

/**
 * "unlocked" from the first use of a key until the next lock, whether the ring holds one or not.
 */
export type KeyringState = "locked" | "unlocked";

/** The reason of a lock: the user of this window, idle time, or the user of another window. */
export type LockReason = "by the user" | "idle" | "elsewhere";

type Listener = (state: KeyringState, reason: LockReason) => void;

/** A timer's longest delay: Node calls back at once for a longer one. */
const longestDelay = 2 ** 31 - 1;

/**
 * Holds the passphrases and identities that the user unlocked, in memory only, until it is locked:
 * by `lock`, or by itself after some idle minutes. Whoever shows plaintext listens to `onChange`
 * and takes it away.
 */
export class Keyring {
  /** By file, in the order of their last success. */
  private readonly passphrases = new Map<string, Uint8Array>();
  private readonly identitiesByPath = new Map<string, readonly X25519Identity[]>();
  private readonly unsupportedByPath = new Map<string, readonly UnsupportedKind[]>();
  private readonly listeners = new Set<Listener>();
  private currentState: KeyringState = "locked";
  /** The last use by both clocks. */
  private lastUse = { wall: 0, monotonic: 0 };
  private cancelTimer: (() => void) | null = null;

  /** @param afterMinutes - idle minutes until it locks itself, or 0 for never */
  constructor(
    private readonly clock: Clock,
    private afterMinutes: number,
  ) {}

  get state(): KeyringState {
    this.lockIfOverdue();
    return this.currentState;
  }

  /**
   * Adds a listener and returns what removes it. It hears of every lock, also of one that finds the
   * ring locked, and of the first use of a key after one. It must not throw.
   */
  onChange(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Tells that a key is in use, so that idle time counts. To be called when a key from outside of
   * the ring, such as an identity file in the clear, has opened something.
   */
  unlock(): void {
    this.lockIfOverdue();
    const wasLocked = this.currentState === "locked";
    this.currentState = "unlocked";
    this.restartTimer();
    if (wasLocked) this.notify();
  }

  /**
   * Tells that the user is at work: idle time starts anew. It never unlocks. Reading from the ring
   * is no such sign, because a reload in the background reads too.
   */
  touch(): void {
    this.lockIfOverdue();
    if (this.currentState === "unlocked") this.restartTimer();
  }

  /** Changes the idle minutes; 0 is never. Time that has passed already counts. */
  setLimit(afterMinutes: number): void {
    this.lockIfOverdue();
    this.afterMinutes = afterMinutes;
    this.lockIfOverdue();
    if (this.currentState === "unlocked") this.startTimer();
  }

  /**
   * Remembers the passphrase that opened, or was given to, a file. The buffer is copied and stays
   * the caller's.
   *
   * @param file - a name of the caller's choice that is always the same for the file
   * @param use - only a use by the user unlocks the ring and starts idle time anew. In the
   * background a ring that is locked remembers nothing.
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

  /** A copy of the file's passphrase, which the caller wipes, or `null`. */
  passphraseFor(file: string): Uint8Array | null {
    this.lockIfOverdue();
    return this.passphrases.get(file)?.slice() ?? null;
  }

  /** The files whose passphrases it holds. */
  passphraseFiles(): readonly string[] {
    this.lockIfOverdue();
    return [...this.passphrases.keys()];
  }

  /**
   * Copies, which the caller wipes, of what is worth a try before asking the user: the file's own
   * passphrase, then the one that worked last. No more, because each try costs a scrypt run.
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
   * Takes over the identities of an encrypted identity file: from now on the ring wipes them. Those
   * that it held for the same path are wiped first.
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

  /** The identity files that were opened, whatever they hold, and what of it can't be used. */
  identityFiles(): ReadonlyMap<string, readonly UnsupportedKind[]> {
    this.lockIfOverdue();
    return this.unsupportedByPath;
  }

  /** The unlocked identities. They stay the ring's, which wipes them when it locks. */
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

  /** Time may have run out while the machine slept, when timers stand still. */
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
   * Milliseconds until it locks itself. The clock by which more time has passed counts: the wall
   * clock while the machine slept, the monotonic one when the wall clock was set back.
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
