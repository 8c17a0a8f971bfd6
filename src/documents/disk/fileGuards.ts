import { dirname } from "node:path";
import { AgeError } from "../../age/errors";
import { absenceOf } from "./absence";
import type { Disk } from "./disk";
import { noFileAt } from "./diskFailures";
import type { FileFacts } from "./fileFacts";
import type { Existing } from "./replacedVersion";

/** Reads the facts of a source. @throws AgeError "not-found" for anything but a file. */
export async function sourceFacts(source: string, disk: Disk): Promise<FileFacts> {
  const facts = await disk.facts(source);
  if (facts?.kind === "file") return facts;
  if (facts !== null) throw noFileAt(source, facts.kind, source);
  throw await absenceOf(source, disk);
}

/**
 * Refuses to write a file onto itself, which would destroy it.
 *
 * @throws AgeError "already-exists".
 */
export async function refuseSameFile(source: string, target: string, disk: Disk): Promise<void> {
  if ((await disk.realPath(source)) !== (await disk.realPath(target))) return;
  throw new AgeError("already-exists", "the target is the source itself", { path: target });
}

/**
 * Refuses a file if a folder on its path has become a link: the file would lie elsewhere.
 *
 * @param real - the file's path without links, from an earlier look-up.
 * @param path - the file's name in the error.
 * @throws AgeError "changed-on-disk".
 */
export async function refuseMovedFolder(real: string, path: string, disk: Disk): Promise<void> {
  const folder = dirname(real);
  if ((await disk.realPath(folder)) === folder) return;
  throw new AgeError("changed-on-disk", `a folder on the path to ${path} has been replaced`, {
    path,
  });
}

/**
 * Records the state of an operation's files as it begins.
 *
 * @param look - reads a target: `disk.facts` follows a link, `disk.entry` does not.
 * @returns a function that throws AgeError "changed-on-disk" if the source is another one by then,
 * or if the target is not the version that may be replaced.
 * @throws AgeError "changed-on-disk" if the target is another version already.
 */
export async function changeGuard(
  files: {
    readonly source?: string;
    readonly target: string;
    readonly existing: Existing;
  },
  disk: Disk,
  look: (path: string) => Promise<{ readonly version: string } | null> = (path) => disk.facts(path),
): Promise<() => Promise<void>> {
  const { source, target, existing } = files;
  // The source stays open meanwhile, so its id identifies it, too.
  const sourceNow = async (path: string): Promise<string> => {
    const facts = await disk.facts(path);
    return facts === null ? "none" : `${facts.id} ${facts.version}`;
  };
  const before = source === undefined ? null : await sourceNow(source);
  const confirmUnchanged = async (): Promise<void> => {
    if (source !== undefined && (await sourceNow(source)) !== before) throw changed(source);
    if (existing === "keep") return;
    if ((await look(target))?.version !== existing.replace) throw changed(target);
  };
  await confirmUnchanged();
  return confirmUnchanged;
}

function changed(path: string): AgeError {
  return new AgeError("changed-on-disk", `${path} changed meanwhile`, { path });
}
