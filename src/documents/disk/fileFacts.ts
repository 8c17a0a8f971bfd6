import { platform, userInfo } from "node:os";
import { startsWith, utf8 } from "../../age/bytes";

/** The facts of a file that Cage needs. Sizes are in bytes, times in milliseconds since 1970. */
export interface FileFacts {
  readonly size: number;
  readonly mtime: number;
  readonly ctime: number;
  /** The permission bits and the file type, as in `st_mode`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** The number of its names (hard links). */
  readonly links: number;
  readonly kind: "file" | "folder" | "other";
  readonly writable: boolean;
  /** The size and the times in nanoseconds, which differ between any two contents of the file. */
  readonly version: string;
  /**
   * The id that tells the file from others while somebody has it open. It is not part of the
   * version: device numbers change after a restart, and on some network disks ids change at every
   * lookup.
   */
  readonly id: string;
}

/** A name in a folder. */
export interface Listed {
  readonly name: string;
  readonly kind: FileFacts["kind"];
  /** False if the name's bytes are not UTF-8: the name is only for display, and leads nowhere. */
  readonly isUtf8?: false;
}

/** An entry of a folder. A symbolic link stands for itself. */
export interface Entry extends Pick<FileFacts, "size" | "version" | "id"> {
  readonly kind: FileFacts["kind"] | "link";
}

/** The part of the system's facts that is used here. */
interface Stat {
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly mode: bigint;
  readonly uid: bigint;
  readonly gid: bigint;
  readonly nlink: bigint;
  readonly dev: bigint;
  readonly ino: bigint;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** Makes the facts from the system's. @param writable - true if the user may write the file. */
export function factsOf(stat: Stat, writable: boolean): FileFacts {
  return {
    size: Number(stat.size),
    mtime: Number(stat.mtimeNs) / 1e6,
    ctime: Number(stat.ctimeNs) / 1e6,
    mode: Number(stat.mode),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    links: Number(stat.nlink),
    kind: kindOf(stat),
    writable,
    version: `${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`,
    id: idOf(stat),
  };
}

/** Makes the entry from the system's facts of a name that were read without following a link. */
export function entryOf(stat: Stat): Entry {
  const { size, version, id, kind } = factsOf(stat, true);
  return { size, version, id, kind: stat.isSymbolicLink() ? "link" : kind };
}

/** Removes the permission bits of the group that others don't have. */
export function withGroupLikeOthers(mode: number): number {
  return (mode & ~0o070) | (mode & 0o070 & ((mode & 0o007) << 3));
}

/** Tells whether others may read or write a file; false on Windows, which has no modes. */
export function isExposed({ mode }: Pick<FileFacts, "mode">): boolean {
  return platform() !== "win32" && (mode & 0o077) !== 0;
}

/** Tells whether a file belongs to the user; true on Windows, which reports no owner. */
export function isOwnedByUser(file: Pick<FileFacts, "uid">): boolean {
  const { uid } = userInfo();
  return uid === -1 || file.uid === uid;
}

/** Tells whether two versions have the same size and modification time. */
export function isSameContent(version: string, other: string): boolean {
  return contentPart(version) === contentPart(other);
}

/**
 * Returns the size and the modification time of a version. A second name changes only the third
 * part, the time of the file's entry.
 */
export function contentPart(version: string): string {
  return version.split(" ").slice(0, 2).join(" ");
}

/** Identifies a file. Windows reports another device for a path than for an open file. */
export function idOf({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  return platform() === "win32" ? String(ino) : `${dev} ${ino}`;
}

/** Reads a name of a folder's listing. */
export function listedOf(entry: {
  readonly name: Uint8Array;
  isFile(): boolean;
  isDirectory(): boolean;
}): Listed {
  const name = new TextDecoder("utf-8", { ignoreBOM: true }).decode(entry.name);
  const listed = { name, kind: kindOf(entry) };
  const bytes = name.includes("\uFFFD") ? utf8(name) : entry.name;
  const isUtf8 = bytes.length === entry.name.length && startsWith(bytes, entry.name);
  return isUtf8 ? listed : { ...listed, isUtf8 };
}

/**
 * The last time that texts show, in milliseconds since 1970: the end of the year 9999. Later years
 * have more digits.
 */
export const lastMoment = Date.UTC(9999, 11, 31);

/** Classifies the target of a path or an entry. */
export function kindOf(entry: { isFile(): boolean; isDirectory(): boolean }): FileFacts["kind"] {
  if (entry.isFile()) return "file";
  return entry.isDirectory() ? "folder" : "other";
}

/**
 * Tells whether a file is the user's alone and has one of the modes. With a second name, somebody
 * else could reach it. Windows reports neither owner nor mode.
 */
export function isOwn(stat: Stat, modes: readonly number[]): boolean {
  if (!stat.isFile() || stat.nlink !== 1n) return false;
  const { uid } = userInfo();
  if (uid === -1) return true;
  return Number(stat.uid) === uid && modes.includes(Number(stat.mode) & 0o7777);
}
