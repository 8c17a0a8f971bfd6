import { join } from "node:path";
import { AgeError } from "../../age/errors";
import type { Disk } from "../disk/disk";
import { ignoreFailure, nullWhenRefused } from "../disk/diskFailures";
import { hexOf } from "../disk/hiddenNames";

/**
 * The windows that are unlocked, of one user's VS Code. Each has a file in the extension's storage
 * while it is unlocked, and touches it again and again: one that is not touched any more is of a
 * window that is gone, or that sleeps. Whoever renames that file asks the window to lock.
 */
export class UnlockedWindows {
  private readonly path: string;
  /** The last step, which another one waits for. */
  private last: Promise<unknown> = Promise.resolve();
  private isEntered = false;

  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    private readonly random: (length: number) => Uint8Array,
  ) {
    this.path = this.newPath(suffix);
  }

  /** Says that this window is unlocked. @throws AgeError of the disk, which may take it later. */
  enter(): Promise<void> {
    return this.next(async () => {
      this.isEntered = true;
      await this.forget();
      await this.create();
    });
  }

  /** Says that this window is locked, and has closed what it showed. */
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

  /** Shows that this window is still there. @returns whether another one has asked it to lock. */
  isAsked(): Promise<boolean> {
    return this.next(async () => {
      if (!this.isEntered || (await this.touch(this.path))) return false;
      if (await this.touch(asked(this.path))) return true;
      // The disk did not take it, or it slept for so long that it was taken for gone.
      await this.create().catch(ignoreFailure);
      return false;
    });
  }

  /** Touches a file. @returns false if it is not there; one that can't be touched is. */
  private async touch(path: string): Promise<boolean> {
    const refused = await this.disk.touch(path).then(
      () => null,
      (error: unknown) => error,
    );
    return !(refused instanceof AgeError && refused.code === "not-found");
  }

  /** Counts the other windows that are unlocked, also those that are locking. */
  async count(): Promise<number> {
    return (await this.others()).filter(({ isAwake }) => isAwake).length;
  }

  /**
   * Asks all other windows to lock; those that sleep do so when they wake.
   *
   * @returns the number of those that are awake.
   */
  async ask(): Promise<number> {
    const others = await this.others();
    for (const { path } of others) {
      // It may have locked itself just now.
      if (path.endsWith(suffix)) await this.disk.rename(path, asked(path)).catch(ignoreFailure);
    }
    return others.filter(({ isAwake }) => isAwake).length;
  }

  /** Lists the files of other windows, and removes those of windows that are gone for long. */
  private async others(): Promise<readonly OtherWindow[]> {
    const names = (await this.disk.list(this.folder).catch(nullWhenRefused)) ?? [];
    const paths = names.flatMap(({ name }) => (pattern.test(name) ? join(this.folder, name) : []));
    const others = paths.filter((path) => path !== this.path && path !== asked(this.path));
    const now = others.length === 0 ? null : await this.now();
    const found: OtherWindow[] = [];
    for (const path of others) {
      const facts = await this.disk.facts(path).catch(nullWhenRefused);
      if (facts === null) continue;
      // A time to come is one of a clock that was set back.
      const since = (time: number): number => (now === null ? 0 : Math.abs(now - time));
      const isAwake = since(facts.mtime) < longestSilence && !path.endsWith(clock);
      // A rename changes the second time only.
      if (since(facts.ctime) < longestLeft) found.push({ path, isAwake });
      else await this.disk.remove(path).catch(ignoreFailure);
    }
    return found;
  }

  /** Tells the time by the clock of the file system, which other machines may share. */
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

/** The milliseconds after which a window that has not touched its file is gone, or sleeps. */
const longestSilence = 60_000;
/** The milliseconds after which the file of such a window goes. */
const longestLeft = 24 * 60 * 60_000;
const suffix = ".unlocked";
/** The ending of a file that is there for a moment, to tell the time. */
const clock = ".clock";
const pattern = /^[0-9a-f]{24}\.(unlocked|locking|clock)$/;

const asked = (path: string): string => path.replace(/unlocked$/, "locking");
