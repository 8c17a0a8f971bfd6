import { join } from "node:path";
import { hexOf } from "../../age/bytes";
import { AgeError } from "../../age/errors";
import type { Disk } from "../disk/disk";
import { ignoreFailure, nullWhenRefused } from "../disk/diskFailures";

/**
 * The unlocked windows of one user's VS Code. While it is unlocked, each has a file in the
 * extension's storage and touches it several times a minute. If a file is no longer touched, its
 * window is gone or asleep. A window that renames the file of another one asks it to lock.
 */
export class UnlockedWindows {
  private readonly path: string;
  /** The last step, for which the next one waits. */
  private last: Promise<unknown> = Promise.resolve();
  private isEntered = false;

  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    private readonly random: (length: number) => Uint8Array,
  ) {
    this.path = this.newPath(suffix);
  }

  /**
   * Registers this window as unlocked. @throws AgeError of the disk; `isAsked` then tries again.
   */
  enter(): Promise<void> {
    return this.next(async () => {
      this.isEntered = true;
      await this.forget();
      await this.create();
    });
  }

  /** Registers this window as locked, after it has closed its documents. */
  leave(): Promise<void> {
    return this.next(async () => {
      if (this.isEntered) await this.forget();
      this.isEntered = false;
    });
  }

  private async create(): Promise<void> {
    await this.disk.createFolder(this.folder);
    await (await this.disk.create(this.path)).close();
  }

  private async forget(): Promise<void> {
    await this.disk.remove(this.path).catch(ignoreFailure);
    await this.disk.remove(asked(this.path)).catch(ignoreFailure);
  }

  /**
   * Shows that this window is still alive. @returns true if another window has asked it to lock.
   */
  isAsked(): Promise<boolean> {
    return this.next(async () => {
      if (!this.isEntered || (await this.keepFresh(this.path))) return false;
      if (await this.keepFresh(asked(this.path))) return true;
      // The disk refused the file before, or this window slept so long that others took it for
      // gone.
      await this.create().catch(ignoreFailure);
      return false;
    });
  }

  /**
   * Touches a file if it was not touched lately. If the clocks of the file system and of this
   * machine differ, it does so more often.
   *
   * @returns false if the file does not exist.
   */
  private async keepFresh(path: string): Promise<boolean> {
    const facts = await this.disk.facts(path).catch(nullWhenRefused);
    const age = facts === null ? Infinity : Math.abs(Date.now() - facts.mtime);
    return age < touchAgain || this.touch(path);
  }

  /** Touches a file. @returns false if it does not exist. One that can't be touched does exist. */
  private async touch(path: string): Promise<boolean> {
    const refused = await this.disk.touch(path).then(
      () => null,
      (error: unknown) => error,
    );
    return !(refused instanceof AgeError && refused.code === "not-found");
  }

  /** Counts the other windows that are unlocked or locking. */
  async count(): Promise<number> {
    return (await this.others()).filter(({ isAwake }) => isAwake).length;
  }

  /**
   * Asks all other windows to lock. A sleeping one does so when it wakes.
   *
   * @returns the number of windows that are awake.
   */
  async ask(): Promise<number> {
    const others = await this.others();
    for (const { path } of others) {
      // It may have locked itself just now.
      if (path.endsWith(suffix)) await this.disk.rename(path, asked(path)).catch(ignoreFailure);
    }
    return others.filter(({ isAwake }) => isAwake).length;
  }

  /** Lists the files of other windows, and removes those of windows that are long gone. */
  private async others(): Promise<readonly OtherWindow[]> {
    const names = (await this.disk.list(this.folder).catch(nullWhenRefused)) ?? [];
    const paths = names.flatMap(({ name }) => (pattern.test(name) ? join(this.folder, name) : []));
    const others = paths.filter((path) => path !== this.path && path !== asked(this.path));
    const now = others.length === 0 ? null : await this.now();
    const found: OtherWindow[] = [];
    for (const path of others) {
      const facts = await this.disk.facts(path).catch(nullWhenRefused);
      if (facts === null) continue;
      // A time in the future comes from a clock that has since been set back.
      const since = (time: number): number => (now === null ? 0 : Math.abs(now - time));
      const isAwake = since(facts.mtime) < longestSilence && !path.endsWith(clock);
      // A rename changes only this time.
      if (since(facts.ctime) < longestLeft) found.push({ path, isAwake });
      else await this.disk.remove(path).catch(ignoreFailure);
    }
    return found;
  }

  /** Returns the time by the clock of the file system, which other machines may share. */
  private async now(): Promise<number | null> {
    const path = this.newPath(clock);
    try {
      const file = await this.disk.create(path);
      const { mtime } = await file.look().finally(() => file.close());
      return mtime;
    } catch (error) {
      return nullWhenRefused(error);
    } finally {
      await this.disk.remove(path).catch(ignoreFailure);
    }
  }

  private newPath(ending: string): string {
    return join(this.folder, `${hexOf(this.random(12))}${ending}`);
  }

  private next<Result>(step: () => Promise<Result>): Promise<Result> {
    const result = this.last.then(step, step);
    this.last = result.catch(ignoreFailure);
    return result;
  }
}

/** The file of another window. */
interface OtherWindow {
  readonly path: string;
  readonly isAwake: boolean;
}

/** The milliseconds after which a window touches its file again. */
const touchAgain = 15_000;
/** The milliseconds after which a window that has not touched its file counts as gone or asleep. */
const longestSilence = 60_000;
/** The milliseconds after which such a window's file is removed. */
const longestLeft = 24 * 60 * 60_000;
const suffix = ".unlocked";
/** The ending of a short-lived file that shows the time. */
const clock = ".clock";
const pattern = /^[0-9a-f]{24}\.(unlocked|locking|clock)$/;

const asked = (path: string): string => path.replace(/unlocked$/, "locking");
