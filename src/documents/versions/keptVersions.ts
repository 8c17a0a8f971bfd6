import { join } from "node:path";
import { concat } from "../../age/bytes";
import { AgeError } from "../../age/errors";
import { readStanzaTypes } from "../disk/ciphertext";
import { digestOf, shortDigest } from "../disk/digest";
import type { DescribedFile, Disk } from "../disk/disk";
import { nullWhenRefused } from "../disk/diskFailures";
import { isOwnedByUser } from "../disk/fileFacts";
import { isCandidateName } from "../disk/hiddenNames";
import { maxManifestSize, parseManifest, type VersionManifest } from "./versionManifest";
import { manifestName, numberIn, versionNames } from "./versionNames";

/** A version of a file in the folder of versions. */
export interface KeptVersion {
  /** The name of the file's own folder in there: a digest of its path. */
  readonly key: string;
  /** The number of the version among those of its file. The newest has the highest. */
  readonly number: number;
  readonly path: string;
  /** The size of the copy, in bytes. */
  readonly size: number;
  /** The manifest beside it; null if it can't be read. */
  readonly manifest: VersionManifest | null;
  /** The reason why it can't be restored, as a clause about "it"; null if it can be. */
  readonly fault: string | null;
}

/** A version without a known fault. */
export interface SoundVersion extends KeptVersion {
  readonly manifest: VersionManifest;
  readonly fault: null;
}

/** Tells whether a version has no known fault. Its bytes are checked only when they are needed. */
export function isSoundVersion(version: KeptVersion): version is SoundVersion {
  return version.fault === null && version.manifest !== null;
}

/**
 * Tells whether two looks found the same version. Its number alone does not tell: another version
 * may have it later.
 */
export function isSameVersion(one: KeptVersion, other: KeptVersion): boolean {
  const facts = ({ path, size, manifest }: KeptVersion) =>
    JSON.stringify([path, size, manifest?.digest, manifest?.replaced]);
  return facts(one) === facts(other);
}

/** The files of one folder of versions. */
export interface VersionFolder {
  readonly key: string;
  /** The versions, the oldest first. */
  readonly versions: readonly KeptVersion[];
  /** The paths of manifests without a version, which killed writes left. */
  readonly abandoned: readonly string[];
  /** The paths of files that are being written, or that killed writes left. */
  readonly candidates: readonly string[];
  /** The highest number in the folder; 0 if it is empty. */
  readonly last: number;
}

/**
 * Reads the versions of one file. It opens only regular files in this folder that belong to the
 * user, whatever a manifest says.
 *
 * @throws AgeError of the disk, or "no-permission" if the folder is a link or somebody else's.
 */
export async function readVersions(root: string, key: string, disk: Disk): Promise<VersionFolder> {
  const folder = join(root, key);
  if (!(await isOwnFolder(folder, disk))) {
    return { key, versions: [], abandoned: [], candidates: [], last: 0 };
  }
  const names = (await disk.list(folder)).map(({ name }) => name).sort();
  const numbered = names.flatMap((name) => {
    const found = numberIn(name);
    return found === null ? [] : [{ name, ...found }];
  });
  const manifests = numbered.filter(({ kind }) => kind === "manifest");
  const described = new Set(manifests.map(({ number }) => number));
  const versions: KeptVersion[] = [];
  for (const { name, number, kind } of numbered) {
    if (kind === "manifest") continue;
    versions.push(await readVersion(folder, key, name, number, described.has(number), disk));
  }
  const numbers = new Set(versions.map(({ number }) => number));
  const abandoned: string[] = [];
  for (const { name, number } of manifests) {
    const path = join(folder, name);
    // The user may have chosen a folder that contains other files with such names.
    if (!numbers.has(number) && (await readManifest(path, disk)) !== null) abandoned.push(path);
  }
  const last = numbered.reduce((highest, { number }) => Math.max(highest, number), 0);
  const candidates = names.filter(isCandidateName).map((name) => join(folder, name));
  versions.sort((a, b) => a.number - b.number);
  return { key, versions, abandoned, candidates, last };
}

/**
 * Tells whether a folder of versions exists.
 *
 * @throws AgeError "no-permission" if it is a link, not a folder, or somebody else's.
 */
export async function isOwnFolder(folder: string, disk: Disk): Promise<boolean> {
  const entry = await disk.entry(folder);
  if (entry === null) return false;
  const facts = entry.kind === "folder" ? await disk.facts(folder) : null;
  if (facts !== null && isOwnedByUser(facts)) return true;
  const message = "the folder of its versions is a link, or somebody else's";
  throw new AgeError("no-permission", message, { path: folder });
}

async function readVersion(
  folder: string,
  key: string,
  name: string,
  number: number,
  hasManifest: boolean,
  disk: Disk,
): Promise<KeptVersion> {
  const path = join(folder, name);
  const of = (size: number, manifest: VersionManifest | null, fault: string | null) => {
    return { key, number, path, size, manifest, fault };
  };
  const file = await openOwn(path, disk).catch(nullWhenRefused);
  if (file === null) return of(0, null, "it is not a file of yours that can be read");
  const { size } = file.facts;
  await file.close();
  const manifestPath = join(folder, manifestName(number));
  const manifest = hasManifest ? await readManifest(manifestPath, disk) : null;
  if (manifest === null) return of(size, null, "it has no manifest that can be read");
  const isAbout = shortDigest(manifest.path) === key;
  if (!isAbout || versionNames(manifest.path, number).version !== name) {
    return of(size, manifest, "its manifest is about another file");
  }
  const isWhole = size === manifest.size;
  return of(size, manifest, isWhole ? null : "its size is not what its manifest says");
}

async function readManifest(path: string, disk: Disk): Promise<VersionManifest | null> {
  const file = await openOwn(path, disk).catch(nullWhenRefused);
  if (file === null) return null;
  try {
    if (file.facts.size > maxManifestSize) return null;
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of file.stream()) {
      length += piece.length;
      if (length > maxManifestSize) return null;
      pieces.push(piece);
    }
    return parseManifest(concat(pieces));
  } catch (error) {
    return nullWhenRefused(error);
  } finally {
    await file.close();
  }
}

/** Opens a regular file; null if another user owns it. */
async function openOwn(path: string, disk: Disk): Promise<DescribedFile | null> {
  const file = await disk.openForReading(path, { noFollow: true });
  if (isOwnedByUser(file.facts)) return file;
  await file.close();
  return null;
}

/**
 * Opens a version after a check that its bytes match its manifest. The caller closes it.
 *
 * @throws AgeError "changed-on-disk" if the bytes differ or need other kinds of keys, one of the
 * format if it is not an age file, or one of the disk.
 */
export async function openVerified(
  { path, manifest }: SoundVersion,
  disk: Disk,
): Promise<DescribedFile> {
  const file = await openOwn(path, disk);
  if (file === null) throw notVerifiable(path);
  try {
    const isSame = file.facts.size === manifest.size;
    if (!isSame || (await digestOf(file.stream())) !== manifest.digest) throw notVerifiable(path);
    // Cage shows these types to the user, so they must be right.
    const stanzas = await readStanzaTypes(file.stream());
    if (stanzas.join() !== manifest.stanzas.join()) throw notVerifiable(path);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function notVerifiable(path: string): AgeError {
  const message = "the kept version is not what its manifest says, and is not used";
  return new AgeError("changed-on-disk", message, { path, change: "kept version" });
}
