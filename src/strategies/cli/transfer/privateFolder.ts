import { constants, rmSync } from "node:fs";
import { access, type FileHandle, lstat, mkdir, open, rm, statfs } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { randomBytes } from "../../../age/primitives";
import { type Owner, ownedName } from "../process/processIdentity";

/** A private folder for content that must be a file for a moment. */
export interface StagingFolder {
  readonly path: string;
  /** The kind of the place: "memory" if its content lies only in memory. */
  readonly kind: "memory" | "disk";
}

/** A place where a private folder may be made, or the reason why such a place is missing. */
export type StagingPlace =
  | { readonly kind: "memory" | "disk"; readonly parent: string }
  | { readonly kind: "none"; readonly reason: string };

/** The file systems that lie in memory, by their magic numbers (statfs(2)). */
const memoryFileSystems = new Set([0x01021994, 0x858458f6]);

/**
 * Looks for a folder that lies in memory and in which private folders can be made.
 *
 * @param parents - the folders in the order of preference. It leaves out relative ones.
 */
export async function findMemoryPlace(parents: readonly string[]): Promise<StagingPlace> {
  const reasons: string[] = [];
  for (const parent of parents.filter((path) => isAbsolute(path))) {
    const reason = await whyNotInMemory(parent);
    if (reason === null) return { kind: "memory", parent };
    reasons.push(reason);
  }
  const reason = reasons.length === 0 ? "this system has no folder in memory" : reasons.join("; ");
  return { kind: "none", reason };
}

async function whyNotInMemory(path: string): Promise<string | null> {
  try {
    const stat = await lstat(path);
    if (!stat.isDirectory()) return `${path} is not a folder`;
    if (!memoryFileSystems.has((await statfs(path)).type)) return `${path} is not in memory`;
    const mine = process.getuid?.() ?? -1;
    const isSticky = (stat.mode & 0o1000) !== 0;
    const others = stat.mode & 0o022;
    if (stat.uid !== mine && stat.uid !== 0) return `${path} belongs to somebody else`;
    if (others !== 0 && !isSticky) return `others may rename files in ${path}`;
    // Perhaps only root can write to root's folder, as after "su".
    const mayWrite = access(path, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    );
    return (await mayWrite) ? null : `you may not write to ${path}`;
  } catch {
    return `${path} is not there`;
  }
}

/** Makes a private folder (mode 0700) with an unguessable name, which tells its process. */
export async function makeStagingFolder(
  { kind, parent }: Exclude<StagingPlace, { kind: "none" }>,
  owner: Owner,
): Promise<StagingFolder> {
  const path = join(parent, ownedName(owner));
  // It fails if anything has the name.
  await mkdir(path, { mode: 0o700 });
  const stat = await lstat(path);
  if (!stat.isDirectory() || (stat.mode & 0o777) !== 0o700 || stat.uid !== process.getuid?.()) {
    await rm(path, { recursive: true, force: true });
    throw new TypeError("the private folder is not private");
  }
  inUse.add(path);
  return { path, kind };
}

/** The private folders of this process. */
const inUse = new Set<string>();

/** Removes a private folder with everything in it. */
export async function removeStagingFolder({ path }: StagingFolder): Promise<void> {
  await rm(path, { recursive: true, force: true });
  inUse.delete(path);
}

/** Removes all private folders of this process at once, because the process ends. */
export function removeAllStaging(): void {
  for (const path of inUse) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // The next start removes it; the others go now.
    }
  }
  inUse.clear();
}

/**
 * Opens a private file without a name. It is gone when the last process closes it, whatever
 * happens.
 *
 * @param content - the bytes at its beginning.
 */
export async function createUnnamed(
  folder: StagingFolder,
  content: Uint8Array,
): Promise<FileHandle> {
  const path = join(folder.path, Buffer.from(randomBytes(8)).toString("hex"));
  const { O_CREAT, O_EXCL, O_RDWR } = constants;
  const handle = await open(path, O_CREAT | O_EXCL | O_RDWR, 0o600);
  try {
    await rm(path);
    await writeAll(handle, content);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Writes bytes at a file's beginning. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += (await handle.write(bytes, at, bytes.length - at, at)).bytesWritten;
  }
}
