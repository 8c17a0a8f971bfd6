import { basename, join } from "node:path";
import { utf8 } from "../age/bytes";
import type { Disk } from "./disk";
import { ignoreFailure, nullWhenRefused } from "./diskErrors";
import { hexOf } from "./hiddenNames";
import { stateOfProcess, type ProcessName, type Processes } from "./processes";

/**
 * The windows that are unlocked, of one user's VS Code on one machine. Each has a file in the
 * extension's storage while it is unlocked. Whoever removes that file locks the window.
 */
export class UnlockedWindows {
  private readonly path: string;
  /** The last step, which another one waits for. */
  private last: Promise<unknown> = Promise.resolve();
  private isEntered = false;

  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    private readonly self: ProcessName,
    private readonly processes: Processes,
    random: (length: number) => Uint8Array,
  ) {
    this.path = join(folder, `${hexOf(random(12))}${suffix}`);
  }

  /** Says that this window is unlocked. */
  enter(): Promise<void> {
    return this.next(async () => {
      await this.disk.createFolder(this.folder);
      await this.forget();
      const file = await this.disk.create(this.path);
      try {
        await file.write(utf8(JSON.stringify(this.self)));
        this.isEntered = true;
      } finally {
        await file.close();
        // A file that says nothing would count as a window.
        if (!this.isEntered) await this.forget();
      }
    });
  }

  /** Tells whether the other windows know of this one. */
  get isKnown(): boolean {
    return this.isEntered;
  }

  /** Says that this window is locked, and has closed what it showed. */
  leave(): Promise<void> {
    return this.next(async () => {
      if (this.isEntered) await this.forget();
    });
  }

  private async forget(): Promise<void> {
    this.isEntered = false;
    await this.disk.remove(this.path).catch(ignoreFailure);
    await this.disk.remove(asked(this.path)).catch(ignoreFailure);
  }

  /** Tells whether another window has asked this one to lock. */
  isAsked(): Promise<boolean> {
    return this.next(async () => {
      if (!this.isEntered) return false;
      // A disk that can't be read for a moment asks for nothing.
      const names = await this.disk.list(this.folder).catch(nullWhenRefused);
      return names?.every(({ name }) => name !== basename(this.path)) === true;
    });
  }

  /** Counts the other windows that are unlocked. */
  async count(): Promise<number> {
    return (await this.others()).length;
  }

  /**
   * Asks all other windows to lock.
   *
   * @returns their number.
   */
  async ask(): Promise<number> {
    const others = await this.others();
    for (const path of others) {
      // It may have locked itself just now.
      if (path.endsWith(suffix)) await this.disk.rename(path, asked(path)).catch(ignoreFailure);
    }
    return others.length;
  }

  /** Lists the files of other windows that run, also of those that are locking. */
  private async others(): Promise<readonly string[]> {
    const names = await this.disk.list(this.folder).catch(nullWhenRefused);
    const found: string[] = [];
    for (const { name } of names ?? []) {
      const path = join(this.folder, name);
      if (!pattern.test(name) || path === this.path || path === asked(this.path)) continue;
      const bytes = await this.disk.read(path).catch(nullWhenRefused);
      if (bytes === null) continue;
      const window = windowIn(bytes);
      if (window === null && (await this.isLeft(path))) continue;
      // A window that is gone holds no keys.
      if (window === null || stateOfProcess(window, this.processes) !== "ended") found.push(path);
      else await this.disk.remove(path).catch(ignoreFailure);
    }
    return found;
  }

  /** Removes a file that says nothing, and has for too long to be a window's that is writing it. */
  private async isLeft(path: string): Promise<boolean> {
    const facts = await this.disk.facts(path).catch(nullWhenRefused);
    if (facts !== null && Date.now() - facts.mtime < longestWriting) return false;
    await this.disk.remove(path).catch(ignoreFailure);
    return true;
  }

  private next<Result>(step: () => Promise<Result>): Promise<Result> {
    const result = this.last.then(step, step);
    this.last = result.catch(ignoreFailure);
    return result;
  }
}

/** The milliseconds within which a window has written its file. */
const longestWriting = 60_000;
const suffix = ".unlocked";
const pattern = /^[0-9a-f]{24}\.(unlocked|locking)$/;

const asked = (path: string): string => path.replace(/unlocked$/, "locking");

/** Reads the file of a window. @returns null while it is being written. */
function windowIn(bytes: Uint8Array): ProcessName | null {
  try {
    const read = JSON.parse(new TextDecoder().decode(bytes)) as Partial<ProcessName>;
    const { pid, start, home } = read;
    if (typeof pid !== "number" || typeof start !== "string" || typeof home !== "string") {
      return null;
    }
    return { pid, start, home };
  } catch {
    return null;
  }
}
