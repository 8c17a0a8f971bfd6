import { randomBytes } from "node:crypto";
import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  statSync,
  watch,
  type FSWatcher,
} from "node:fs";
import { join } from "node:path";

/** A sighting of a canary in a file. */
export interface Sighting {
  readonly file: string;
  readonly canary: string;
}

/** A folder to watch with all that it holds, now and later. */
export interface WatchedPlace {
  readonly folder: string;
  /** Limits the watch to entries of the folder itself with these names. */
  readonly names?: RegExp;
}

/**
 * Reads every file that any program writes below some folders, while it is written, and looks for
 * canaries: texts that exist nowhere else. A sighting counts for ever, whatever becomes of the
 * file. A file stays open from its first event on, so that it can be read after its removal, too.
 *
 * The watch does not see:
 *
 * - a file that is removed before its first event arrives;
 * - text that is overwritten between two events: one event stands for several writes;
 * - writes through mapped memory, which make no event, until the next `scan`;
 * - text that is compressed or encrypted, unless it is kept whole as a literal.
 */
export class CanaryWatch {
  private readonly mark = letters(8);
  private readonly canaries: { readonly text: string; readonly isSecret: boolean }[] = [];
  private readonly seen = new Map<string, Sighting>();
  private readonly watchers = new Map<string, FSWatcher>();
  private readonly open = new Map<string, number>();
  /** The number of files read: it tells a clean disk from a blind watch. */
  filesRead = 0;

  constructor(private readonly places: readonly WatchedPlace[]) {
    for (const place of places) this.enter(place.folder, place.names);
  }

  /** Makes a text that must not be in any file. */
  secret(): string {
    return this.canary(true);
  }

  /** Makes a text that a file will hold, to show that the watch looks there. */
  control(): string {
    return this.canary(false);
  }

  /** Lists the sightings of secrets so far. */
  get leaks(): readonly Sighting[] {
    const secrets = this.canaries.filter(({ isSecret }) => isSecret).map(({ text }) => text);
    return [...this.seen.values()].filter(({ canary }) => secrets.includes(canary));
  }

  /** Lists the files that held a text. */
  filesWith(canary: string): readonly string[] {
    return [...this.seen.values()].filter((one) => one.canary === canary).map(({ file }) => file);
  }

  /** Reads every file that exists, and removed files that some program still holds open. */
  scan(): void {
    for (const { folder, names } of this.places) this.enter(folder, names);
    for (const file of removedButOpen(this.places.map(({ folder }) => folder))) {
      this.look(file, contentOf(file));
    }
  }

  close(): void {
    for (const watcher of this.watchers.values()) watcher.close();
    for (const file of this.open.values()) closeSync(file);
    this.watchers.clear();
    this.open.clear();
  }

  private canary(isSecret: boolean): string {
    const text = this.mark + letters(12);
    this.canaries.push({ text, isSecret });
    return text;
  }

  private enter(folder: string, names?: RegExp): void {
    if (!this.watchers.has(folder)) this.watch(folder, names);
    for (const entry of entriesOf(folder)) {
      if (names?.test(entry.name) === false) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) this.enter(path);
      else if (entry.isFile()) this.look(path, contentOf(path));
    }
  }

  private watch(folder: string, names?: RegExp): void {
    try {
      const watcher = watch(folder, (_event, name) => {
        if (name !== null && names?.test(name) !== false) this.follow(join(folder, name));
      });
      watcher.on("error", () => {
        this.leave(folder);
      });
      this.watchers.set(folder, watcher);
    } catch {
      // The entry is gone again.
    }
  }

  private leave(folder: string): void {
    this.watchers.get(folder)?.close();
    this.watchers.delete(folder);
  }

  /**
   * Reads the files of an event: the one of that name now, and the one that had the name before.
   */
  private follow(path: string): void {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true) this.enter(path);
    const known = this.open.get(path);
    if (known !== undefined) {
      this.look(path, readAll(known));
      if (stat?.ino === fstatSync(known).ino) return;
      closeSync(known);
      this.open.delete(path);
    }
    if (stat === undefined) this.leave(path);
    else if (stat.isFile()) this.begin(path);
  }

  private begin(path: string): void {
    try {
      const file = openSync(path, "r");
      this.open.set(path, file);
      this.look(path, readAll(file));
    } catch {
      // The entry is gone again.
    }
  }

  private look(file: string, bytes: Buffer | null): void {
    if (bytes === null) return;
    this.filesRead++;
    // Every canary begins with the same mark, so most files are searched for the mark alone.
    if (!holds(bytes, this.mark)) return;
    for (const { text } of this.canaries) {
      const isThere = holds(bytes, text.slice(this.mark.length));
      if (isThere) this.seen.set(`${text} ${file}`, { file, canary: text });
    }
  }
}

/** Tells whether a path is below VS Code's backups of unsaved text. */
export function isBackup(path: string): boolean {
  return path.includes("/Backups/");
}

/** Makes random letters that no escaping changes: neither JSON's nor that of URIs or HTML. */
function letters(count: number): string {
  return Array.from(randomBytes(count), (byte) => "abcdefghijklmnop"[byte % 16]).join("");
}

const needles = new Map<string, readonly Buffer[]>();

function holds(bytes: Buffer, text: string): boolean {
  const forms = needles.get(text) ?? formsOf(text);
  needles.set(text, forms);
  return forms.some((form) => bytes.includes(form));
}

/** Returns the forms in which a program may write a text. Browsers also use UTF-16. */
function formsOf(text: string): readonly Buffer[] {
  return [Buffer.from(text, "utf8"), Buffer.from(text, "utf16le")].flatMap((bytes) => [
    bytes,
    ...[0, 1, 2].map((before) => Buffer.from(base64Within(bytes, before))),
    Buffer.from(bytes.toString("hex")),
    Buffer.from([...bytes].join(",")),
  ]);
}

/** Returns the part of a Base64 text that depends on these bytes alone, after `before` others. */
function base64Within(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}

function contentOf(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}

function readAll(file: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(file).size);
  return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Lists removed but open files of folders, by names under which they can be read. */
function removedButOpen(folders: readonly string[]): readonly string[] {
  const descriptors = entriesOf("/proc")
    .filter(({ name }) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap(({ name }) =>
      entriesOf(`/proc/${name}/fd`).map((entry) => `/proc/${name}/fd/${entry.name}`),
    );
  return descriptors.filter((descriptor) => {
    const target = targetOf(descriptor);
    return target.endsWith(" (deleted)") && folders.some((one) => target.startsWith(`${one}/`));
  });
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return "";
  }
}
