import { readdirSync, readFileSync, statSync, watch, type FSWatcher } from "node:fs";
import { join } from "node:path";

/** A text that was seen in a file. */
export interface Sighting {
  readonly file: string;
  readonly canary: string;
}

/**
 * Reads every file that anybody writes below some folders, while it is written, and looks for texts
 * in it. What is seen once stays seen, whatever becomes of the file.
 */
export class CanaryWatch {
  private readonly seen = new Map<string, Sighting>();
  private readonly watchers = new Map<string, FSWatcher>();
  private readonly timer: NodeJS.Timeout;
  /** How many files were read, so that nobody takes a blind watch for a clean disk. */
  filesRead = 0;

  /**
   * @param folders - looked through with all that is in them, now and later.
   * @param canaries - the texts, each of which can be had only by being typed or read.
   */
  constructor(
    private readonly folders: readonly string[],
    private readonly canaries: readonly string[],
  ) {
    for (const folder of folders) this.enter(folder);
    // A file in a folder that is made and filled at once comes before its watch.
    this.timer = setInterval(() => {
      for (const folder of this.watchers.keys()) if (isBackups(folder)) this.enter(folder);
    }, 5);
  }

  /** Lists what was seen so far. */
  get sightings(): readonly Sighting[] {
    return [...this.seen.values()];
  }

  /** Lists the files in which a text was seen. */
  filesWith(canary: string): readonly string[] {
    return this.sightings.filter((one) => one.canary === canary).map(({ file }) => file);
  }

  /** Looks through everything that is there. */
  scan(): void {
    for (const folder of this.folders) this.enter(folder);
  }

  close(): void {
    clearInterval(this.timer);
    for (const watcher of this.watchers.values()) watcher.close();
  }

  private enter(folder: string): void {
    if (!this.watchers.has(folder)) this.watch(folder);
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) this.enter(path);
      else if (entry.isFile()) this.read(path);
    }
  }

  private watch(folder: string): void {
    try {
      const watcher = watch(folder, (_event, name) => {
        if (name !== null) this.look(join(folder, name));
      });
      watcher.on("error", () => {
        this.leave(folder);
      });
      this.watchers.set(folder, watcher);
    } catch {
      // It is gone again.
    }
  }

  private leave(folder: string): void {
    this.watchers.get(folder)?.close();
    this.watchers.delete(folder);
  }

  private look(path: string): void {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) this.leave(path);
    else if (stat.isDirectory()) this.enter(path);
    else if (stat.isFile()) this.read(path);
  }

  private read(path: string): void {
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch {
      return;
    }
    this.filesRead++;
    for (const canary of this.canaries) {
      // Browsers keep texts in two bytes a character, too.
      const isThere = bytes.includes(canary) || bytes.includes(Buffer.from(canary, "utf16le"));
      if (isThere) this.seen.set(`${canary} ${path}`, { file: path, canary });
    }
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function isBackups(folder: string): boolean {
  return folder.endsWith("/Backups") || folder.includes("/Backups/");
}
