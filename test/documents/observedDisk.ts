import type {
  DescribedFile,
  Disk,
  HeldFile,
  NewFile,
  RewritableFile,
} from "../../src/documents/disk/disk";

/** One call to the disk. */
export interface Effect {
  readonly name: keyof Disk | keyof NewFile | keyof RewritableFile;
  /** The path that the call changes or looks at; the new one of a rename. */
  readonly path: string;
}

/** The test's actions around the calls to a disk: fail, look, or change the world. */
export interface Observer {
  readonly before?: (effect: Effect) => void | Promise<void>;
  readonly after?: (effect: Effect) => void | Promise<void>;
}

/** Makes a disk that calls an observer before and after every call. */
export function observedDisk(disk: Disk, { before, after }: Observer): Disk {
  async function observed<T>(effect: Effect, call: () => Promise<T>): Promise<T> {
    await before?.(effect);
    const result = await call();
    await after?.(effect);
    return result;
  }
  const held = (file: HeldFile, path: string): HeldFile => ({
    isAt: (name) => observed({ name: "isAt", path: name }, () => file.isAt(name)),
    setMode: (mode) => observed({ name: "setMode", path }, () => file.setMode(mode)),
    copyRights: (from, owner, atMost) =>
      observed({ name: "copyRights", path }, () => file.copyRights(from, owner, atMost)),
    look: () => observed({ name: "look", path }, () => file.look()),
    flush: () => observed({ name: "flush", path }, () => file.flush()),
    close: () => observed({ name: "close", path }, () => file.close()),
  });
  const observedFile = (file: NewFile, path: string): NewFile => ({
    ...held(file, path),
    write: (bytes) => observed({ name: "write", path }, () => file.write(bytes)),
  });
  const described = (file: DescribedFile, path: string): DescribedFile => ({
    ...file,
    ...held(file, path),
    async *stream(signal, longest) {
      for await (const piece of file.stream(signal, longest)) {
        await before?.({ name: "stream", path });
        yield piece;
        await after?.({ name: "stream", path });
      }
    },
  });
  return {
    openForReading: (path, options) =>
      observed({ name: "openForReading", path }, async () =>
        described(await disk.openForReading(path, options), path),
      ),
    takesFolderName: (path) =>
      observed({ name: "takesFolderName", path }, () => disk.takesFolderName(path)),
    entry: (path) => observed({ name: "entry", path }, () => disk.entry(path)),
    createPartial: (path) =>
      observed({ name: "createPartial", path }, async () =>
        described(await disk.createPartial(path), path),
      ),
    openPartial: (path, modes) =>
      observed({ name: "openPartial", path }, async () => {
        const file = await disk.openPartial(path, modes);
        return file === null ? null : described(file, path);
      }),
    freeSpace: (path) => observed({ name: "freeSpace", path }, () => disk.freeSpace(path)),
    facts: (path) => observed({ name: "facts", path }, () => disk.facts(path)),
    realPath: (path) => observed({ name: "realPath", path }, () => disk.realPath(path)),
    read: (path) => observed({ name: "read", path }, () => disk.read(path)),
    async *stream(path, signal) {
      for await (const piece of disk.stream(path, signal)) {
        await before?.({ name: "stream", path });
        yield piece;
        await after?.({ name: "stream", path });
      }
    },
    list: (path) => observed({ name: "list", path }, () => disk.list(path)),
    createFolder: (path) => observed({ name: "createFolder", path }, () => disk.createFolder(path)),
    create: (path) =>
      observed({ name: "create", path }, async () => observedFile(await disk.create(path), path)),
    rename: (from, to) => observed({ name: "rename", path: to }, () => disk.rename(from, to)),
    renameToFree: (from, to) =>
      observed({ name: "renameToFree", path: to }, () => disk.renameToFree(from, to)),
    touch: (path) => observed({ name: "touch", path }, () => disk.touch(path)),
    remove: (path) => observed({ name: "remove", path }, () => disk.remove(path)),
    link: (from, to) => observed({ name: "link", path: to }, () => disk.link(from, to)),
    openForRewriting: (path) =>
      observed({ name: "openForRewriting", path }, async () => {
        const file = await disk.openForRewriting(path);
        return {
          ...described(file, path),
          rewrite: (content) => observed({ name: "rewrite", path }, () => file.rewrite(content)),
        };
      }),
    claim: (path, signal) => observed({ name: "claim", path }, () => disk.claim(path, signal)),
    watchNames: (folder) => disk.watchNames(folder),
    flushFolder: (path) => observed({ name: "flushFolder", path }, () => disk.flushFolder(path)),
  };
}
