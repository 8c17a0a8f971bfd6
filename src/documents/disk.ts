import type { BigIntStats } from "node:fs";
import * as fs from "node:fs/promises";
import { AgeError } from "../age/errors";
import { hasErrno } from "../age/systemFailure";
import { linkAt, nullWhenAbsent, refuseSpecial, translated } from "./diskErrors";
import { entryOf, factsOf, idOf, isOwn, kindOf, type Entry, type FileFacts } from "./fileFacts";

/** A file that is open: what is done to it by its descriptor hits it, wherever its name leads by now. */
export interface HeldFile {
  /** Whether a path is a name of it; a link to it is none. */
  isAt(path: string): Promise<boolean>;
  /** Sets its permission bits, where the file system has them. */
  setMode(mode: number): Promise<void>;
  setOwner(uid: number, gid: number): Promise<void>;
  /** Forces what was written onto the disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** A regular file that is open, for whoever reads and writes by its descriptor. */
export interface DescribedFile extends HeldFile {
  /** Good in every thread of the process until it is closed. */
  readonly descriptor: number;
  /** As they were when it was opened. */
  readonly facts: FileFacts;
  /** Its length in bytes by now. */
  size(): Promise<number>;
  /** Its bytes from the beginning on, in pieces that are the reader's own. It stays open. */
  stream(signal?: AbortSignal): AsyncGenerator<Uint8Array>;
}

/** The room that is left where a folder lies. */
export interface FreeSpace {
  readonly bytes: number;
  /** Tells file systems apart. */
  readonly device: string;
}

/** A file being written. */
export interface OpenFile extends HeldFile {
  write(bytes: Uint8Array): Promise<void>;
}

/**
 * The file system, as documents use it: every effect that a save has is a call here, in order, so a
 * test can stop the world between any two of them. Failures are AgeErrors with exact codes.
 */
export interface Disk {
  /** Null when there is nothing at the path. Follows symbolic links. */
  facts(path: string): Promise<FileFacts | null>;
  /** The entry that has a name; of a symbolic link, the link itself. Null when nothing has the name. */
  entry(path: string): Promise<Entry | null>;
  /** The path with every symbolic link resolved; the path itself when nothing is there. */
  realPath(path: string): Promise<string>;
  /** The whole file, in a buffer that is the reader's own. */
  read(path: string): Promise<Uint8Array>;
  /** The file's bytes in pieces of at most 1 MiB; each piece is the reader's own. */
  stream(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array>;
  /**
   * Opens a regular file for reading.
   *
   * @param options - `noFollow` refuses a symbolic link that has the file's own name.
   * @throws AgeError "not-found" for anything else: a named pipe would wait for its other end.
   */
  openForReading(path: string, options?: { readonly noFollow: boolean }): Promise<DescribedFile>;
  /** Creates a file with mode 0600 that must not exist yet, for writing and reading. */
  createPartial(path: string): Promise<DescribedFile>;
  /**
   * Opens a file that an earlier run created, for writing and reading, and gives it mode 0600.
   *
   * @param modes - the permission bits that it may have.
   * @returns null when nothing is there.
   * @throws AgeError "no-permission" for one that is not the user's own alone: a link, a special file,
   * a file of somebody else or with other modes.
   */
  openPartial(path: string, modes: readonly number[]): Promise<DescribedFile | null>;
  /** The room left for the user in a folder; null where the file system does not tell. */
  freeSpace(folder: string): Promise<FreeSpace | null>;
  /** The names in a folder. */
  list(path: string): Promise<readonly { name: string; kind: FileFacts["kind"] }[]>;
  /** Creates a folder, and those above it, that only their owner may enter; none if it is there. */
  createFolder(path: string): Promise<void>;
  /** Creates a file with mode 0600 that must not exist yet. */
  create(path: string): Promise<OpenFile>;
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
      const stat = await fs.stat(path, { bigint: true }).catch(nullWhenAbsent);
      if (stat === null) return null;
      const writable = await fs.access(path, fs.constants.W_OK).then(
        () => true,
        () => false,
      );
      return factsOf(stat, writable);
    }),
  entry: (path) =>
    translated(path, async () => {
      const stat = await fs.lstat(path, { bigint: true }).catch(nullWhenAbsent);
      return stat === null ? null : entryOf(stat);
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
  openForReading: (path, { noFollow } = { noFollow: false }) =>
    translated(path, async () => {
      // To open a device may set it going, so it is looked at before; and after, to be sure.
      refuseSpecial(path, await (noFollow ? fs.lstat(path) : fs.stat(path)));
      const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = fs.constants;
      const flags = O_RDONLY | O_NONBLOCK | (noFollow ? O_NOFOLLOW : 0);
      const handle = await fs.open(path, flags).catch((error: unknown) => {
        throw noFollow && hasErrno(error, "ELOOP", "EMLINK") ? linkAt(path) : error;
      });
      const file = await describedFile(path, handle, refuseSpecial);
      // O_NOFOLLOW is missing on Windows.
      if (!noFollow || (await file.isAt(path))) return file;
      await file.close();
      throw linkAt(path);
    }),
  createPartial: (path) =>
    translated(path, async () => {
      const { O_CREAT, O_EXCL, O_RDWR } = fs.constants;
      return describedFile(path, await fs.open(path, O_CREAT | O_EXCL | O_RDWR, 0o600));
    }),
  openPartial: (path, modes) =>
    translated(path, async () => {
      const stat = await fs.lstat(path, { bigint: true }).catch(nullWhenAbsent);
      if (stat === null) return null;
      const refuseForeign = (_path: string, found: BigIntStats): void => {
        if (!isOwn(found, modes)) throw foreign(path);
      };
      refuseForeign(path, stat);
      const { O_RDWR, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
      const handle = await fs.open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
      const file = await describedFile(path, handle, refuseForeign);
      try {
        await file.setMode(0o600);
        return file;
      } catch (error) {
        await file.close();
        throw error;
      }
    }),
  freeSpace: async (folder) => {
    try {
      const { bavail, bsize, blocks } = await fs.statfs(folder, { bigint: true });
      const { dev } = await fs.stat(folder, { bigint: true });
      // File systems without a size of their own say that they have no blocks at all.
      return blocks === 0n ? null : { bytes: Number(bavail * bsize), device: String(dev) };
    } catch {
      return null;
    }
  },
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
    ...heldFile(path, handle),
    write: (bytes) => translated(path, () => handle.writeFile(bytes)),
  };
}

function heldFile(path: string, handle: fs.FileHandle): HeldFile {
  return {
    isAt: (name) =>
      translated(name, async () => {
        const there = await fs.lstat(name, { bigint: true }).catch(nullWhenAbsent);
        return there !== null && idOf(there) === idOf(await handle.stat({ bigint: true }));
      }),
    setMode: (mode) =>
      translated(path, async () => {
        try {
          await handle.chmod(mode & 0o7777);
        } catch (error) {
          // The file is the user's own, so this is a file system that has no such modes.
          if (!hasErrno(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS")) throw error;
        }
      }),
    setOwner: (uid, gid) => translated(path, () => handle.chown(uid, gid)),
    flush: () => translated(path, () => handle.sync()),
    close: () => translated(path, () => handle.close()),
  };
}

async function* readPieces(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const handle = await translated(path, () => fs.open(path, "r"));
  try {
    yield* piecesOf(path, handle, signal);
  } finally {
    await handle.close();
  }
}

async function* piecesOf(
  path: string,
  handle: fs.FileHandle,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (let position = 0; ;) {
    signal?.throwIfAborted();
    const piece = new Uint8Array(1 << 20);
    const { bytesRead } = await translated(path, () =>
      handle.read(piece, 0, piece.length, position),
    );
    if (bytesRead === 0) return;
    position += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}

/** Wraps an open file once it has been looked at, or closes it. */
async function describedFile(
  path: string,
  handle: fs.FileHandle,
  refuse: (path: string, stat: BigIntStats) => void = () => undefined,
): Promise<DescribedFile> {
  try {
    const stat = await handle.stat({ bigint: true });
    refuse(path, stat);
    return {
      ...heldFile(path, handle),
      descriptor: handle.fd,
      facts: factsOf(stat, true),
      size: () => translated(path, async () => (await handle.stat()).size),
      stream: (signal) => piecesOf(path, handle, signal),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function foreign(path: string): AgeError {
  return new AgeError("no-permission", "it is not a private file of your own", { path });
}
