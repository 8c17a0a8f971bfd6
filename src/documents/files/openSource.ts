import { basename, dirname, join, resolve } from "node:path";
import { AgeError } from "../../age/errors";
import type { DescribedFile, Disk } from "../disk/disk";
import { changeGuard, refuseMovedFolder, sourceFacts } from "../disk/fileGuards";
import type { Existing } from "../disk/replacedVersion";

/** The files of an operation at the time when the user agreed to it. */
export interface Seen {
  /** The source's real path, without any link. */
  readonly source: string;
  /** The source's id. Another file that has taken its name has another one. */
  readonly id: string;
  /** The target's real path. */
  readonly target: string;
}

/** The files of an operation. */
export interface SourceAndTarget {
  readonly source: string;
  readonly target: string;
  readonly existing: Existing;
  /** The files that the user agreed to. If missing, links are followed as the operation begins. */
  readonly seen?: Seen;
}

/** An open source, and the paths and state of both files when it was opened. */
export interface OpenSource {
  readonly file: DescribedFile;
  /** The real paths: partials and records refer to files, not to links. */
  readonly source: string;
  readonly target: string;
  /** Throws AgeError "changed-on-disk" if source or target have changed. */
  readonly confirmUnchanged: () => Promise<void>;
}

/**
 * Opens the source of an operation, which the caller closes. It refuses links that have since
 * replaced the source, the target or a folder on the way.
 *
 * @throws AgeError "not-found" for anything but a file, "already-exists" if the target is the
 * source or exists and must be kept, "changed-on-disk" or "source-changed" for other files than
 * those that were seen.
 */
export async function openSource(files: SourceAndTarget, disk: Disk): Promise<OpenSource> {
  const { existing } = files;
  const seen = files.seen ?? (await lookUp(files, disk));
  const { source, target } = seen;
  if (source === target) {
    const message = "the target is the source itself";
    throw new AgeError("already-exists", message, { path: files.target });
  }
  const confirmFolders = async (): Promise<void> => {
    await refuseMovedFolder(source, files.source, disk);
    await refuseMovedFolder(target, files.target, disk);
  };
  await confirmFolders();
  if ((await disk.entry(source))?.kind === "link") throw notAgreedOn(files.source, "a link");
  const { id, version } = await sourceFacts(source, disk);
  if (id !== seen.id) throw notAgreedOn(files.source, "another file");
  if (existing === "keep" && (await disk.entry(target)) !== null) {
    throw new AgeError("already-exists", "a file with that name already exists", { path: target });
  }
  const confirmFiles = await changeGuard({ source, target, existing }, disk, (path) =>
    disk.entry(path),
  );
  const file = await disk.openForReading(source, { noFollow: true });
  if (file.facts.id !== id || file.facts.version !== version) {
    await file.close();
    throw new AgeError("source-changed", "it changed as it was opened", { path: files.source });
  }
  const confirmUnchanged = async (): Promise<void> => {
    await confirmFolders();
    await confirmFiles();
  };
  return { file, source, target, confirmUnchanged };
}

/**
 * Finds the real paths of an operation's files.
 *
 * @throws AgeError "not-found" if the source is anything but a file.
 */
export async function lookUp(
  { source, target }: Pick<SourceAndTarget, "source" | "target">,
  disk: Disk,
): Promise<Seen> {
  const { id } = await sourceFacts(source, disk);
  return {
    source: await disk.realPath(resolve(source)),
    id,
    target: await realTarget(target, disk),
  };
}

/** Returns the real path of a target, which need not exist. */
export async function realTarget(target: string, disk: Disk): Promise<string> {
  const path = resolve(target);
  if ((await disk.facts(path)) !== null) return disk.realPath(path);
  return join(await disk.realPath(dirname(path)), basename(path));
}

function notAgreedOn(path: string, by: string): AgeError {
  const message = `${path} was replaced by ${by} after you agreed`;
  return new AgeError("changed-on-disk", message, { path });
}
