import { isAbsolute, join } from "node:path";
import { AgeError } from "../../age/errors";
import type { Source } from "../../age/source";
import { stanzaTypesIn } from "../disk/ciphertext";
import { digestOf, shortDigest } from "../disk/digest";
import type { DescribedFile, Disk, NewFile } from "../disk/disk";
import { ignoreFailure, nullWhenRefused } from "../disk/diskFailures";
import { freshCandidate } from "../disk/hiddenNames";
import { makeFile, writeFlushed } from "../disk/newFile";
import {
  isOwnFolder,
  isSoundVersion,
  openVerified,
  readVersions,
  type VersionFolder,
} from "./keptVersions";
import type { NamedRecipient } from "../memory/memory";
import type { ReplacedVersion } from "../disk/replacedVersion";
import type { Retention } from "./retention";
import { encodeManifest, type Cause, type VersionManifest } from "./versionManifest";
import { versionNames } from "./versionNames";

/** The user's settings for versions. */
export interface VersionRules {
  readonly retention: Retention;
  /** The folder of versions; it must be an absolute path. */
  readonly folder: string;
  /** The limit for all versions together, and for each, in bytes. */
  readonly maxBytes: number;
}

/** The dependencies of the store of versions. */
export interface VersionContext {
  readonly disk: Disk;
  readonly random: (length: number) => Uint8Array;
  /** Returns the time, in milliseconds since 1970. */
  readonly now: () => number;
  readonly rules: () => VersionRules;
  /**
   * Finds the recipients that Cage wrote a version for, by its digest; null if Cage did not write
   * it.
   */
  readonly writtenFor: (path: string, digest: string) => readonly NamedRecipient[] | null;
  /** Reports a version that could not be kept. */
  readonly tellNotKept: (path: string, error: AgeError) => void;
}

/** A version that is about to be replaced. */
export interface Replacing {
  /** The real path of the file. */
  readonly target: string;
  /** The file that holds the version. */
  readonly old: DescribedFile;
  readonly replaces: ReplacedVersion;
  readonly cause: Cause;
}

/**
 * Copies a version into the folder of versions, if it is an age file. It flushes the copy, then
 * gives the manifest its name, then the copy: a crash leaves a whole version or none.
 *
 * @throws AgeError of the disk, or "too-large" if the version exceeds the limit.
 */
export async function keepVersion(replacing: Replacing, context: VersionContext): Promise<void> {
  const { target: path, old } = replacing;
  const { folder, maxBytes } = context.rules();
  const stanzas = await stanzaTypesIn(old.stream());
  if (stanzas === null) return;
  if (!isAbsolute(folder)) {
    throw new AgeError("not-found", "cage.backup.folder is not an absolute path", { path });
  }
  if ((await old.size()) > maxBytes) {
    throw new AgeError("too-large", "it is larger than the limit for all versions together", {
      path,
    });
  }
  await keepAgeFile(replacing, stanzas, folder, context);
}

async function keepAgeFile(
  { target, old, replaces, cause: replacedBy }: Replacing,
  stanzas: readonly string[],
  root: string,
  context: VersionContext,
): Promise<void> {
  const { disk, now, writtenFor } = context;
  const key = shortDigest(target);
  await disk.createFolder(root);
  const release = await disk.claim(join(root, key));
  try {
    const folder = join(root, key);
    await disk.createFolder(folder);
    await isOwnFolder(folder, disk);
    const found = await sweepVersions(root, key, disk);
    const number = found.last + 1;
    const names = versionNames(target, number);
    const { mtime: written } = await old.look();
    await write(join(folder, names.version), old.stream(), context, async (candidate) => {
      if (!(await replaces.isIn(old))) return false;
      const digest = await digestOf(disk.stream(candidate));
      if (await isNewest(found, digest, disk)) return false;
      const size = await old.size();
      const recipients = writtenFor(target, digest);
      const facts = { path: target, written, replaced: now(), replacedBy, size, digest };
      const manifest: VersionManifest = { ...facts, stanzas, recipients };
      // The manifest comes first. Alone it would be swept, but a version alone could not be
      // identified.
      const bytes = [encodeManifest(manifest, names.version)];
      return write(join(folder, names.manifest), bytes, context, () => Promise.resolve(true));
    });
    await disk.flushFolder(folder);
    await disk.flushFolder(root);
  } finally {
    await release();
  }
}

/**
 * Writes a file of the store, flushed, under a free name.
 *
 * @param accept - checks the candidate; false if it is not wanted.
 * @returns true if it was written.
 */
async function write(
  path: string,
  content: Source,
  { disk, random }: VersionContext,
  accept: (candidate: string) => Promise<boolean>,
): Promise<boolean> {
  const candidate = freshCandidate(path, random);
  const fill = (file: NewFile): Promise<void> => writeFlushed(file, content);
  return makeFile(disk, candidate, fill, async () => {
    const isWanted = await accept(candidate);
    if (isWanted) await disk.renameToFree(candidate, path);
    else await disk.remove(candidate);
    return isWanted;
  });
}

/** Tells whether the newest version already has these bytes, as after a write that failed. */
async function isNewest({ versions }: VersionFolder, digest: string, disk: Disk): Promise<boolean> {
  const newest = versions.at(-1);
  if (newest === undefined || !isSoundVersion(newest) || newest.manifest.digest !== digest)
    return false;
  const file = await openVerified(newest, disk).catch(nullWhenRefused);
  await file?.close();
  return file !== null;
}

/**
 * Removes the files that killed writes left in the folder of one file. The caller holds the claim
 * on that folder, so nobody else writes there.
 *
 * @returns the content of the folder, as read before the removal.
 */
export async function sweepVersions(root: string, key: string, disk: Disk): Promise<VersionFolder> {
  const found = await readVersions(root, key, disk);
  for (const path of [...found.abandoned, ...found.candidates]) {
    await disk.remove(path).catch(ignoreFailure);
  }
  return found;
}
