import type { BigIntStats, Dirent } from "node:fs";
import * as fs from "node:fs/promises";
import { AgeError } from "../../age/errors";
import { plain } from "../../age/bytes";
import type { Source } from "../../age/source";
import { hasErrno } from "../../age/systemFailure";
import type { DescribedFile, Disk, HeldFile, NewFile } from "./disk";
import { entryOf, factsOf, idOf, isOwn, type Listed, listedOf } from "./fileFacts";
import {
  isUnsupported,
  linkAt,
  nullWhenAbsent,
  refuseSpecial,
  translated,
  translatedRead,
} from "./diskFailures";
import { piecesOf, readPieces } from "./filePieces";
import { changeMode, copyRights } from "./fileRights";
import { takesFolderName } from "./folderName";
import { claimName } from "./nameClaim";
import { watchNames } from "./nameWatch";

/** The disk of this machine. */
export const localDisk: Disk = {
  facts: (path) =>
    translatedRead(path, async () => {
      const stat = await fs.stat(path, { bigint: true }).catch(nullWhenAbsent);
      if (stat === null) return null;
      const writable = await fs.access(path, fs.constants.W_OK).then(
        () => true,
        () => false,
      );
      return factsOf(stat, writable);
    }),
  entry: (path) =>
    translatedRead(path, async () => {
      const stat = await fs.lstat(path, { bigint: true }).catch(nullWhenAbsent);
      return stat === null ? null : entryOf(stat);
    }),
  realPath: (path) =>
    translatedRead(path, async () => (await fs.realpath(path).catch(nullWhenAbsent)) ?? path),
  // A Buffer's `slice` shares memory, so wiping an apparent copy would wipe the file's bytes.
  read: (path) => translatedRead(path, async () => plain(await fs.readFile(path))),
  stream: readPieces,
  openForReading: (path, { noFollow } = { noFollow: false }) =>
    translatedRead(path, async () => {
      // Opening a device may start it, so this looks before the opening; and again after it, to be
      // sure.
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
    translated(path, async () => describedFile(path, await createAnew(path))),
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
    translatedRead(path, async () => {
      const entries: Listed[] = [];
      // In pieces: taking over a hundred thousand names at once would block the thread.
      const encoding = "buffer" as BufferEncoding;
      const folder: unknown = await fs.opendir(path, { bufferSize: 512, encoding });
      const names = folder as AsyncIterable<Dirent<Buffer>>;
      for await (const name of names) entries.push(listedOf(name));
      return entries;
    }),
  createFolder: (path) =>
    translated(path, async () => {
      await fs.mkdir(path, { recursive: true, mode: 0o700 });
    }),
  takesFolderName: (path) => translated(path, () => takesFolderName(path)),
  create: (path) => translated(path, async () => openFile(path, await createAnew(path))),
  rename: (from, to) =>
    translated(to, async () => {
      try {
        await fs.rename(from, to);
      } catch (error) {
        // This one file is mounted by itself, as dev containers do: its name can't lead to another
        // file.
        if (!hasErrno(error, "EBUSY")) throw error;
        throw new AgeError("cannot-replace", "it is mounted by itself", { path: to });
      }
    }),
  renameToFree: (from, to) =>
    translated(to, async () => {
      try {
        // A link fails if the name is taken; a rename would replace what is there.
        await fs.link(from, to);
      } catch (error) {
        if (!isUnsupported(error)) throw error;
        await renameToReserved(from, to);
        return;
      }
      await fs.unlink(from);
    }),
  touch: (path) =>
    translated(path, async () => {
      const file = await fs.open(path, "r+");
      // Not utimes, which would set the time of this machine's clock.
      await file.write("\n", 0).finally(() => file.close());
    }),
  remove: (path) => translated(path, () => fs.rm(path)),
  link: (from, to) => translated(from, () => linkRegularFile(from, to)),
  openForRewriting: (path) =>
    translated(path, async () => {
      refuseSpecial(path, await fs.lstat(path));
      const { O_RDWR, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
      const handle = await fs.open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
      const file = await describedFile(path, handle, refuseSpecial);
      return {
        ...file,
        rewrite: (content) => translated(path, () => rewrite(handle, content)),
      };
    }),
  claim: (target, signal) => translated(target, () => claimName(target, signal)),
  watchNames,
  flushFolder: (path) =>
    translated(path, async () => {
      try {
        const folder = await fs.open(path, "r");
        await folder.sync().finally(() => folder.close());
      } catch (error) {
        // Windows can't open folders, and some network file systems can't flush them.
        if (!hasErrno(error, "EISDIR", "EPERM", "EACCES", "EINVAL", "ENOTSUP")) throw error;
      }
    }),
};

/**
 * Renames on a disk without links: an empty file takes the name first, which fails if the name is
 * taken. If another program writes into that file before the rename, the rename is refused.
 */
async function renameToReserved(from: string, to: string): Promise<void> {
  const reserved = await fs.open(to, "wx", 0o600);
  try {
    const isOurs = async (): Promise<boolean> => {
      const there = await fs.lstat(to, { bigint: true }).catch(nullWhenAbsent);
      const held = await reserved.stat({ bigint: true });
      return there !== null && idOf(there) === idOf(held) && held.size === 0n;
    };
    if (!(await isOurs())) throw new AgeError("already-exists", "its name was taken", { path: to });
    try {
      await fs.rename(from, to);
    } catch (error) {
      if (await isOurs()) await fs.unlink(to);
      throw error;
    }
  } finally {
    await reserved.close();
  }
}

async function linkRegularFile(from: string, to: string): Promise<boolean> {
  try {
    await fs.link(from, to);
  } catch (error) {
    // EXDEV: the file is mounted by itself. EMLINK: it has as many names as it can have.
    if (isUnsupported(error) || hasErrno(error, "EXDEV", "EMLINK")) return false;
    throw error;
  }
  // It was a link, and the link got a second name itself. Removing that name loses nothing.
  if ((await fs.lstat(to)).isFile()) return true;
  await fs.unlink(to);
  throw new AgeError("changed-on-disk", "it is not a file any more", { path: from });
}

function createAnew(path: string): Promise<fs.FileHandle> {
  const { O_CREAT, O_EXCL, O_RDWR } = fs.constants;
  // O_NOFOLLOW is missing on Windows; O_EXCL does not follow a symbolic link anyway.
  return fs.open(path, O_CREAT | O_EXCL | O_RDWR, 0o600);
}

async function rewrite(handle: fs.FileHandle, content: Source): Promise<void> {
  let position = 0;
  for await (const piece of content) {
    for (let done = 0; done < piece.length;) {
      const length = piece.length - done;
      const { bytesWritten } = await handle.write(piece, done, length, position + done);
      done += bytesWritten;
    }
    position += piece.length;
  }
  await handle.truncate(position);
  await handle.sync();
}

function openFile(path: string, handle: fs.FileHandle): NewFile {
  return {
    ...heldFile(path, handle),
    write: (bytes) => translated(path, () => handle.writeFile(bytes)),
  };
}

function heldFile(path: string, handle: fs.FileHandle): HeldFile {
  return {
    isAt: (name) =>
      translatedRead(name, async () => {
        const there = await fs.lstat(name, { bigint: true }).catch(nullWhenAbsent);
        if (there === null) return false;
        const held = await handle.stat({ bigint: true });
        if (idOf(there) === idOf(held)) return true;
        // Some network disks make up another id at each look. Size and time must do there.
        const again = await fs.lstat(name, { bigint: true }).catch(nullWhenAbsent);
        const isSteady = again !== null && idOf(again) === idOf(there);
        return !isSteady && there.size === held.size && there.mtimeNs === held.mtimeNs;
      }),
    setMode: (mode) => translated(path, () => changeMode(handle, mode)),
    look: () =>
      translatedRead(path, async () => factsOf(await handle.stat({ bigint: true }), true)),
    copyRights: (from, owner, atMost) =>
      translated(path, () => copyRights(from, handle, owner, atMost)),
    flush: () => translated(path, () => handle.sync()),
    close: () => translated(path, () => handle.close()),
  };
}

/** Wraps an open file after a check of its facts. If that fails, it closes the file. */
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
      size: () => translatedRead(path, async () => (await handle.stat()).size),
      stream: (signal, longest) => piecesOf(path, handle, signal, longest),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function foreign(path: string): AgeError {
  return new AgeError("no-permission", "it is not a private file of your own", { path });
}
