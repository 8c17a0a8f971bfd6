import { join } from "node:path";
import { lineFeed } from "../../age/ascii";
import { AgeError } from "../../age/errors";
import type { Disk, RewritableFile } from "../disk/disk";
import { ignoreFailure, nullWhenRefused } from "../disk/diskFailures";

/** The dependencies of a search for old backups, and the places to search. */
export interface OldBackupContext {
  readonly disk: Disk;
  /**
   * The folders in which VS Code keeps a folder for each window, with one for each scheme inside.
   */
  readonly folders: readonly string[];
  /** The scheme of the documents that were backed up. */
  readonly scheme: string;
  /** Returns the encrypted file of a document of that scheme, or null for any other URI. */
  readonly pathOf: (uri: string) => string | null;
}

/** A backup that VS Code made of the unsaved text of a decrypted document, in the clear. */
export interface OldBackup {
  /** The encrypted file of the document. */
  readonly path: string;
  /** The document as the user typed it. */
  readonly content: Uint8Array;
}

/**
 * Makes a backup's text safe elsewhere. If it can't do so now, it returns false and the backup
 * waits.
 */
export type MakeSafe = (path: string, content: Uint8Array) => Promise<boolean>;

/** The most backups that one start handles. The rest waits for the next start. */
const mostBackups = 500;

/** The largest backup that is read, in bytes: no editor had a larger text. */
const mostBytes = 256 * 1024 * 1024;

/**
 * Makes the text of each old backup safe, then overwrites its file with zeros and removes it. It
 * leaves other files alone, and backups that can't be made safe now.
 *
 * @returns the number of removed backups, and of those that wait.
 */
export async function sweepOldBackups(
  context: OldBackupContext,
  makeSafe: MakeSafe,
): Promise<{ readonly removed: number; readonly waiting: number }> {
  let [removed, waiting] = [0, 0];
  for (const file of await findOldBackups(context)) {
    const isRemoved = await sweep(file, context, makeSafe).catch(nullWhenRefused);
    if (isRemoved === true) removed++;
    else waiting++;
  }
  return { removed, waiting };
}

/** Finds the files with the place and the name of an old backup. */
export async function findOldBackups(context: OldBackupContext): Promise<readonly string[]> {
  const { disk, folders, scheme } = context;
  const files: string[] = [];
  for (const folder of folders) {
    for (const { name, kind } of await listed(disk, folder)) {
      const ofScheme = join(folder, name, scheme);
      // A link could lead to somebody else's files.
      if (kind !== "folder" || !(await isFolder(disk, ofScheme))) continue;
      for (const entry of await listed(disk, ofScheme)) {
        if (entry.kind !== "file" || !backupName.test(entry.name)) continue;
        if (files.push(join(ofScheme, entry.name)) === mostBackups) return files;
      }
    }
  }
  return files;
}

/**
 * Reads a backup strictly: a line with the document's URI and a JSON object, then the content.
 *
 * @returns null for anything else.
 */
export function parseOldBackup(
  bytes: Uint8Array,
  pathOf: OldBackupContext["pathOf"],
): OldBackup | null {
  const lineEnd = bytes.subarray(0, longestFirstLine).indexOf(lineFeed);
  if (lineEnd < 0) return null;
  try {
    const line = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, lineEnd));
    const space = line.indexOf(" ");
    const meta: unknown = JSON.parse(line.slice(space + 1));
    const path = space < 0 ? null : pathOf(line.slice(0, space));
    if (path === null || typeof meta !== "object" || meta === null) return null;
    // Custom editors keep their text elsewhere: their backup holds only a reference to it.
    const type = "typeId" in meta ? meta.typeId : "";
    if (typeof type !== "string" || !(type === "" || type.startsWith("notebook/"))) return null;
    return { path, content: bytes.subarray(lineEnd + 1) };
  } catch {
    return null;
  }
}

async function sweep(
  file: string,
  { disk, pathOf }: OldBackupContext,
  makeSafe: MakeSafe,
): Promise<boolean> {
  const open = await disk.openForRewriting(file);
  try {
    const { links, size } = open.facts;
    // A second name could be anybody's.
    if (links !== 1 || size > mostBytes) return false;
    const bytes = new Uint8Array(size);
    try {
      await fill(bytes, open);
      const backup = parseOldBackup(bytes, pathOf);
      if (backup === null || !(await makeSafe(backup.path, backup.content))) return false;
    } finally {
      bytes.fill(0);
    }
    // VS Code may have written a newer text meanwhile, which is not yet safe.
    if (!(await open.isAt(file)) || (await open.look()).version !== open.facts.version)
      return false;
    await open.rewrite(zeros(size));
    await disk.remove(file);
    return true;
  } finally {
    await open.close().catch(ignoreFailure);
  }
}

/** Reads the whole file into a buffer, which the caller wipes even if this fails. */
async function fill(bytes: Uint8Array, file: RewritableFile): Promise<void> {
  let length = 0;
  for await (const piece of file.stream()) {
    const isTooLong = length + piece.length > bytes.length;
    if (!isTooLong) bytes.set(piece, length);
    piece.fill(0);
    if (isTooLong) throw new AgeError("changed-on-disk", "it grew while it was read");
    length += piece.length;
  }
  if (length < bytes.length) throw new AgeError("changed-on-disk", "it shrank while it was read");
}

function* zeros(size: number): Generator<Uint8Array> {
  const piece = new Uint8Array(Math.min(size, 1 << 20));
  for (let left = size; left > 0; left -= piece.length) yield piece.subarray(0, left);
}

async function listed(disk: Disk, folder: string): ReturnType<Disk["list"]> {
  return (await disk.list(folder).catch(nullWhenRefused)) ?? [];
}

async function isFolder(disk: Disk, path: string): Promise<boolean> {
  return (await disk.entry(path).catch(nullWhenRefused))?.kind === "folder";
}

/** A 32-bit hash with its sign, as VS Code writes it. */
const backupName = /^-?[0-9a-f]{1,8}$/;

/**
 * The longest first line, in bytes: room for a path of 4,096 bytes with each byte escaped, and for
 * VS Code's facts.
 */
const longestFirstLine = 64 * 1024;
