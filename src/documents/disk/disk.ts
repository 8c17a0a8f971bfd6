import type { Entry, FileFacts, Listed } from "./fileFacts";

/** An open file. Its descriptor reaches it wherever its name leads by now. */
export interface HeldFile {
  /** Tells whether a path is a name of it. A symbolic link to it does not count. */
  isAt(path: string): Promise<boolean>;
  /** Its facts by now. */
  look(): Promise<FileFacts>;
  /** Sets its permission bits, where the file system has them. */
  setMode(mode: number): Promise<void>;
  /**
   * Gives it the rights of another file (mode, access list, extended attributes), as far as the
   * system lets us. Whoever may not read or write that one never gets to read or write this one.
   *
   * @param owner - "kept" for that file's owner and group, "new" for those that it has.
   * @param atMost - the permission bits that it may have.
   */
  copyRights(from: string, owner: "kept" | "new", atMost: number): Promise<void>;
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
  /**
   * Its bytes from the beginning on, in pieces that are the reader's own. It stays open.
   *
   * @param longest - of the pieces, in bytes; 1 MiB unless given.
   */
  stream(signal?: AbortSignal, longest?: number): AsyncGenerator<Uint8Array>;
}

/** A regular file that is open for writing over its content, whatever its name leads to by now. */
export interface RewritableFile extends DescribedFile {
  /** Writes over the content and flushes it. A failure leaves a mixture of both. */
  rewrite(content: AsyncIterable<Uint8Array>): Promise<void>;
}

/** The room that is left where a folder lies. */
export interface FreeSpace {
  readonly bytes: number;
  /** Tells file systems apart. */
  readonly device: string;
}

/** The changes of the names in a folder, as the system tells them, in their order. */
export interface NameWatch {
  /** The names that came, went or were replaced. */
  readonly names: readonly string[];
  /** Waits until the names satisfy a condition; false if the system stays silent. */
  until(isMet: (names: readonly string[]) => boolean): Promise<boolean>;
  close(): void;
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
  /**
   * The entry that has a name; of a symbolic link, the link itself. Null when nothing has the name.
   */
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
   * @throws AgeError "no-permission" for one that is not the user's own alone: a link, a special
   * file, a file of somebody else or with other modes.
   */
  openPartial(path: string, modes: readonly number[]): Promise<DescribedFile | null>;
  /** The room left for the user in a folder; null where the file system does not tell. */
  freeSpace(folder: string): Promise<FreeSpace | null>;
  /** The names in a folder. */
  list(path: string): Promise<readonly Listed[]>;
  /** Creates a folder, and those above it, that only their owner may enter; none if it is there. */
  createFolder(path: string): Promise<void>;
  /**
   * Tells whether a folder can have a name, by making it and removing it again. Those above it must
   * be there.
   *
   * @returns false where the system refuses the name itself.
   * @throws AgeError where it fails for another reason.
   */
  takesFolderName(path: string): Promise<boolean>;
  /** Creates a file with mode 0600 that must not exist yet. */
  create(path: string): Promise<OpenFile>;
  /** Puts the file in the place of whatever is at the new path. */
  rename(from: string, to: string): Promise<void>;
  /** Gives the file its name if nothing has that name yet; "already-exists" otherwise. */
  renameToFree(from: string, to: string): Promise<void>;
  /**
   * Gives a file that Cage keeps a new time of change, by the clock of its file system. A line's
   * end takes the place of its first byte.
   */
  touch(path: string): Promise<void>;
  remove(path: string): Promise<void>;
  /**
   * Gives a regular file a second name, which must be free.
   *
   * @returns false where the file system has no second names.
   * @throws AgeError "changed-on-disk" for anything but a regular file.
   */
  link(from: string, to: string): Promise<boolean>;
  /** Opens a regular file to write over its content: every name of it shows the new one then. */
  openForRewriting(path: string): Promise<RewritableFile>;
  /**
   * Claims a name for writing: no other Cage, in this window or another, writes it until the claim
   * is released. Waits for others, for some seconds.
   *
   * @param target - its real path.
   * @returns the function that releases it; it does not fail.
   * @throws AgeError "busy" if the others take too long, or one of the disk.
   */
  claim(target: string, signal?: AbortSignal): Promise<() => Promise<void>>;
  /** Watches the names in a folder; null where the system tells no order of their changes. */
  watchNames(folder: string): NameWatch | null;
  /** Forces the folder's entries onto the disk, where the platform can. */
  flushFolder(path: string): Promise<void>;
}
