import * as fs from "node:fs/promises";
import { AgeError, type AgeErrorCode } from "../age/errors";

/** What Cage needs to know of a file. Times are in milliseconds. */
export interface FileFacts {
  readonly size: number;
  readonly mtime: number;
  readonly ctime: number;
  /** The permission bits and the file type, as in `st_mode`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly kind: "file" | "folder" | "other";
  readonly writable: boolean;
}

/** A file being written. */
export interface OpenFile {
  write(bytes: Uint8Array): Promise<void>;
  /** Forces what was written onto the disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The file system, as documents use it: every effect that a save has is a call here, in order, so a
 * test can stop the world between any two of them. Failures are AgeErrors with exact codes.
 */
export interface Disk {
  /** Null when there is nothing at the path. Follows symbolic links. */
  facts(path: string): Promise<FileFacts | null>;
  /** The path with every symbolic link resolved; the path itself when nothing is there. */
  realPath(path: string): Promise<string>;
  /** The whole file, in a buffer that is the reader's own. */
  read(path: string): Promise<Uint8Array>;
  /** The file's bytes in pieces of at most 1 MiB; each piece is the reader's own. */
  stream(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array>;
  /** The names in a folder. */
  list(path: string): Promise<readonly { name: string; kind: FileFacts["kind"] }[]>;
  /** Creates a folder, and those above it, that only their owner may enter; none if it is there. */
  createFolder(path: string): Promise<void>;
  /** Creates a file with mode 0600 that must not exist yet. */
  create(path: string): Promise<OpenFile>;
  setMode(path: string, mode: number): Promise<void>;
  setOwner(path: string, uid: number, gid: number): Promise<void>;
  /** Puts the file in the place of whatever is at the new path. */
  rename(from: string, to: string): Promise<void>;
  /** Gives the file its name if nothing has that name yet; "already-exists" otherwise. */
  renameToFree(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Forces the folder's entries onto the disk, where the platform can. */
  flushFolder(path: string): Promise<void>;
}

/** The disk of this machine. */
export const localDisk: Disk = {
  facts: (path) =>
    translated(path, async () => {
      const stat = await fs.stat(path).catch(nullWhenAbsent);
      if (stat === null) return null;
      const writable = await fs.access(path, fs.constants.W_OK).then(
        () => true,
        () => false,
      );
      return {
        size: stat.size,
        mtime: stat.mtimeMs,
        ctime: stat.ctimeMs,
        mode: stat.mode,
        uid: stat.uid,
        gid: stat.gid,
        kind: kindOf(stat),
        writable,
      };
    }),
  realPath: (path) =>
    translated(path, async () => (await fs.realpath(path).catch(nullWhenAbsent)) ?? path),
  read: (path) =>
    translated(path, async () => {
      const { buffer, byteOffset, length } = await fs.readFile(path);
      // Not a Buffer: its `slice` shares memory, and who wipes what seems a copy would wipe the file's.
      return new Uint8Array(buffer, byteOffset, length);
    }),
  stream: readPieces,
  list: (path) =>
    translated(path, async () => {
      const entries = await fs.readdir(path, { withFileTypes: true });
      return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
    }),
  createFolder: (path) =>
    translated(path, async () => {
      await fs.mkdir(path, { recursive: true, mode: 0o700 });
    }),
  create: (path) =>
    translated(path, async () => {
      const { O_CREAT, O_EXCL, O_RDWR } = fs.constants;
      // O_NOFOLLOW is missing on Windows; O_EXCL does not follow a symbolic link anyway.
      return openFile(path, await fs.open(path, O_CREAT | O_EXCL | O_RDWR, 0o600));
    }),
  setMode: (path, mode) => translated(path, () => fs.chmod(path, mode & 0o7777)),
  setOwner: (path, uid, gid) => translated(path, () => fs.chown(path, uid, gid)),
  rename: (from, to) => translated(to, () => fs.rename(from, to)),
  renameToFree: (from, to) =>
    translated(to, async () => {
      try {
        // A link fails when the name is taken; a rename would replace what is there.
        await fs.link(from, to);
      } catch (error) {
        if (!hasErrno(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS")) throw error;
        await renameToReserved(from, to);
        return;
      }
      await fs.unlink(from);
    }),
  remove: (path) => translated(path, () => fs.rm(path)),
  flushFolder: (path) =>
    translated(path, async () => {
      try {
        const folder = await fs.open(path, "r");
        await folder.sync().finally(() => folder.close());
      } catch (error) {
        // Windows opens no folders, and some network file systems do not flush them.
        if (!hasErrno(error, "EISDIR", "EPERM", "EACCES", "EINVAL", "ENOTSUP")) throw error;
      }
    }),
};

/** Without links: an empty file takes the name first, which fails when the name is taken. */
async function renameToReserved(from: string, to: string): Promise<void> {
  await (await fs.open(to, "wx", 0o600)).close();
  try {
    await fs.rename(from, to);
  } catch (error) {
    await fs.unlink(to);
    throw error;
  }
}

function openFile(path: string, handle: fs.FileHandle): OpenFile {
  return {
    write: (bytes) => translated(path, () => handle.writeFile(bytes)),
    flush: () => translated(path, () => handle.sync()),
    close: () => translated(path, () => handle.close()),
  };
}

async function* readPieces(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const handle = await translated(path, () => fs.open(path, "r"));
  try {
    for (;;) {
      signal?.throwIfAborted();
      const piece = new Uint8Array(1 << 20);
      const { bytesRead } = await translated(path, () => handle.read(piece, 0, piece.length));
      if (bytesRead === 0) return;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean }): FileFacts["kind"] {
  if (entry.isFile()) return "file";
  return entry.isDirectory() ? "folder" : "other";
}

/** Runs a file operation and turns its failure into an AgeError about the path. */
async function translated<T>(path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    const [code, message] = describe(errnoOf(error));
    throw new AgeError(code, message, { path });
  }
}

function describe(errno: string): [AgeErrorCode, string] {
  switch (errno) {
    case "ENOENT":
      return ["not-found", "the file does not exist"];
    case "ENOTDIR":
      return ["not-found", "a folder in the path is not a folder"];
    case "ELOOP":
      return ["not-found", "its symbolic links lead in a circle"];
    case "ENAMETOOLONG":
      return ["not-found", "its name is too long for the file system"];
    case "EEXIST":
      return ["already-exists", "a file with that name already exists"];
    case "EACCES":
    case "EPERM":
      return ["no-permission", "the system does not permit it"];
    case "EROFS":
      return ["no-permission", "the file system is read-only"];
    case "ENOSPC":
      return ["disk-full", "the disk is full"];
    case "EDQUOT":
      return ["disk-full", "the disk quota is used up"];
    case "EISDIR":
      return ["not-found", "it is a folder, not a file"];
    default:
      return ["write-failed", `the file system failed (${errno})`];
  }
}

function nullWhenAbsent(error: unknown): null {
  if (hasErrno(error, "ENOENT", "ENOTDIR")) return null;
  throw error;
}

function hasErrno(error: unknown, ...errnos: readonly string[]): boolean {
  return errnos.includes(errnoOf(error));
}

function errnoOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "unknown error";
}
