import type { Source } from "../../age/source";
import type { Entry, FileFacts, Listed } from "./fileFacts";

/** An open file. Its descriptor reaches it even after its name leads elsewhere. */
export interface HeldFile {
  /** Tells whether the file has this path as a name. A symbolic link to it does not count. */
  isAt(path: string): Promise<boolean>;
  /** Reads the file's current facts. */
  look(): Promise<FileFacts>;
  /** Sets the permission bits, if the file system has them. */
  setMode(mode: number): Promise<void>;
  /**
   * Gives this file the rights of another one (mode, access list, extended attributes), as far as
   * the system allows. Nobody can read or write this file who can't do the same with that one.
   *
   * @param owner - "same" for that file's owner and group, "new" for the present ones.
   * @param atMost - the permission bits that the file may have.
   */
  copyRights(from: string, owner: "same" | "new", atMost: number): Promise<void>;
  /** Forces the written data onto the disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** A regular file that is open, with its descriptor. */
export interface DescribedFile extends HeldFile {
  /** The file descriptor; every thread of the process can use it until the file is closed. */
  readonly descriptor: number;
  /** The facts when it was opened. */
  readonly facts: FileFacts;
  /** Returns its current length in bytes. */
  size(): Promise<number>;
  /**
   * Yields the file's bytes from the beginning, in pieces that belong to the caller. The file stays
   * open.
   *
   * @param longest - the longest piece, in bytes; 1 MiB by default.
   */
  stream(signal?: AbortSignal, longest?: number): AsyncGenerator<Uint8Array>;
}

/** A regular file that is open for overwriting, even after its name leads elsewhere. */
export interface RewritableFile extends DescribedFile {
  /** Overwrites the content and flushes it. A failure leaves a mixture of the old and the new. */
  rewrite(content: Source): Promise<void>;
}

/** The room that is left on the file system of a folder. */
export interface FreeSpace {
  readonly bytes: number;
  /** The id that tells the file system from others. */
  readonly device: string;
}

/** The changes of the names in a folder, in the order in which the system reports them. */
export interface NameWatch {
  /** The names that appeared, disappeared or were replaced. */
  readonly names: readonly string[];
  /** Waits until the names satisfy a condition. It returns false if the system stays silent. */
  until(isMet: (names: readonly string[]) => boolean): Promise<boolean>;
  close(): void;
}

/** A new file that is being written. */
export interface NewFile extends HeldFile {
  write(bytes: Uint8Array): Promise<void>;
}

/**
 * The file system, as documents use it. Every effect of a save is a call here, in order, so a test
 * can stop between any two of them. Failures are AgeErrors with exact codes.
 */
export interface Disk {
  /** Reads the facts of a path, following symbolic links; null when nothing is there. */
  facts(path: string): Promise<FileFacts | null>;
  /**
   * Reads the entry that has a name, without following a symbolic link; null when nothing has the
   * name.
   */
  entry(path: string): Promise<Entry | null>;
  /**
   * Returns the path with every symbolic link resolved, or the path itself when nothing is there.
   */
  realPath(path: string): Promise<string>;
  /** Reads the whole file into a buffer that belongs to the caller. */
  read(path: string): Promise<Uint8Array>;
  /** Yields the file's bytes in pieces of at most 1 MiB, which belong to the caller. */
  stream(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array>;
  /**
   * Opens a regular file for reading.
   *
   * @param options - `noFollow` refuses a symbolic link at the path itself.
   * @throws AgeError "not-found" for anything else. A named pipe, for one, would wait for its other
   * end.
   */
  openForReading(path: string, options?: { readonly noFollow: boolean }): Promise<DescribedFile>;
  /** Creates a file for writing and reading, with mode 0600. It must not exist yet. */
  createPartial(path: string): Promise<DescribedFile>;
  /**
   * Opens a file that an earlier run created, for writing and reading, and gives it mode 0600.
   *
   * @param modes - the alternatives for the permission bits that the file has so far.
   * @returns null when nothing is there.
   * @throws AgeError "no-permission" unless the file is the user's alone: for a link, a special
   * file, or a file with another owner or mode.
   */
  openPartial(path: string, modes: readonly number[]): Promise<DescribedFile | null>;
  /** Returns the room left for the user in a folder; null if the file system does not say. */
  freeSpace(folder: string): Promise<FreeSpace | null>;
  /** Lists the names in a folder. */
  list(path: string): Promise<readonly Listed[]>;
  /** Creates a folder, and those above it, that only its owner can enter. It may exist already. */
  createFolder(path: string): Promise<void>;
  /**
   * Tells whether a folder can have a name, by making it and removing it again, also if an empty
   * one is already there. Its parent must exist.
   *
   * @returns false if the system refuses the name itself.
   * @throws AgeError if it fails for another reason.
   */
  takesFolderName(path: string): Promise<boolean>;
  /** Creates a file with mode 0600. It must not exist yet. */
  create(path: string): Promise<NewFile>;
  /** Moves the file to the new path, replacing whatever is there. */
  rename(from: string, to: string): Promise<void>;
  /**
   * Gives the file a name that must be free.
   *
   * @throws AgeError "already-exists" if something has the name.
   */
  renameToFree(from: string, to: string): Promise<void>;
  /**
   * Renews the modification time of one of Cage's own files, by the clock of its file system. It
   * overwrites the first byte with a line end.
   */
  touch(path: string): Promise<void>;
  /** Removes a file. @throws AgeError "not-found" if it does not exist. */
  remove(path: string): Promise<void>;
  /**
   * Gives a regular file a second name, which must be free.
   *
   * @returns false if the file system has no second names.
   * @throws AgeError "changed-on-disk" for anything but a regular file.
   */
  link(from: string, to: string): Promise<boolean>;
  /** Opens a regular file to overwrite its content, which then changes under all its names. */
  openForRewriting(path: string): Promise<RewritableFile>;
  /**
   * Claims a name for writing. No other Cage, in this window or another, writes it until the claim
   * is released. It waits some seconds for others.
   *
   * @param target - the real path of the name.
   * @returns the function that releases the claim; it does not fail.
   * @throws AgeError "busy" if the others take too long, or an error of the disk.
   */
  claim(target: string, signal?: AbortSignal): Promise<() => Promise<void>>;
  /** Watches the names in a folder; null if the system does not report their changes in order. */
  watchNames(folder: string): NameWatch | null;
  /** Forces the folder's entries onto the disk, where the platform can. */
  flushFolder(path: string): Promise<void>;
}
