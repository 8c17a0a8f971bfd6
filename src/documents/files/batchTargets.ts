import { basename, join } from "node:path";
import { AgeError } from "../../age/errors";
import { appendTo } from "../../age/appendTo";
import { Turns } from "../../age/turns";
import type { Disk } from "../disk/disk";
import { nullWhenRefused } from "../disk/diskFailures";
import { isGitName, type BatchOperation, type Found, type SkipReason } from "./walkFolder";
import { encryptedName, plainName } from "../disk/encryptedNames";

/** A file of a batch, and the place of its result. */
export interface Aimed {
  readonly found: Found;
  /** The name of the result, in the folder of the file's path. */
  readonly name: string;
}

/** The state of a target's name: a version to replace, nothing (null), or a reason to skip. */
export type Taken = { readonly version: string | null } | { readonly reason: SkipReason };

/** Names the result of a file. */
export function aim(found: Found, operation: BatchOperation): Aimed {
  const name = basename(found.path);
  return { found, name: operation === "encrypt" ? encryptedName(name) : plainName(name) };
}

/** Returns the real path of a file's target. */
export function realTargetOf({ found, name }: Aimed): string {
  return join(found.folder, name);
}

/**
 * Finds the files of a batch that must not be processed, with the reason for each. The target of
 * such a file is also another file's target, or is itself a file of the batch. Two spellings count
 * as one name where the disk takes them for one.
 */
export async function findCollisions(
  all: readonly Aimed[],
  disk: Disk,
  signal?: AbortSignal,
): Promise<ReadonlyMap<Aimed, SkipReason>> {
  const reasons = new Map<Aimed, SkipReason>();
  const byTarget = await groupsOf(all, (one) => spelling(realTargetOf(one)), signal);
  const bySource = await groupsOf(all, ({ found }) => spelling(found.real), signal);
  const turns = new Turns(64);
  const folders: Folders = { ids: new Map(), told: new Map() };
  for (const [key, group] of byTarget) {
    signal?.throwIfAborted();
    const pause = turns.step(signal);
    if (pause !== null) await pause;
    for (const one of group.length > 1 ? await findUntold(group, folders, disk, signal) : []) {
      reasons.set(one, "same target as another file of this batch");
    }
    const ids = new Set((bySource.get(key) ?? []).map(({ found }) => found.entry.id));
    for (const one of ids.size === 0 ? [] : group) {
      signal?.throwIfAborted();
      const there = await disk.entry(realTargetOf(one)).catch(nullWhenRefused);
      if (there === null || !ids.has(there.id)) continue;
      reasons.set(one, "target is another file of this batch");
    }
  }
  return reasons;
}

/** Looks up the state of a target's name. */
export async function takenAt(aimed: Aimed, disk: Disk): Promise<Taken> {
  if (isGitName(aimed.name)) return { reason: "target would be part of Git" };
  const there = await disk.entry(realTargetOf(aimed)).catch(tooLongWhenRefused);
  if (there === "too long") return { reason: "target name would be too long" };
  if (there === null) return { version: null };
  if (there.kind === "file") return { version: there.version };
  if (there.kind === "link") return { reason: "target is a link" };
  return { reason: "target is a folder, pipe, socket or device" };
}

function tooLongWhenRefused(error: unknown): "too long" | null {
  const isTooLong = error instanceof AgeError && error.facts.fault === "ENAMETOOLONG";
  return isTooLong ? "too long" : nullWhenRefused(error);
}

/** The differences between two spellings of a name. */
type Difference = "case" | "accents";

/** The facts learned about the folders of a batch. */
interface Folders {
  /** The id of each folder, by its path. */
  readonly ids: Map<string, string>;
  /**
   * True if a folder tells apart names with a difference; by the folder's id and the difference.
   */
  readonly told: Map<string, boolean>;
}

/**
 * Finds the files of a group whose targets the disk takes for one name. It looks up each file once,
 * and compares two files only if their folder does not tell such names apart.
 */
async function findUntold(
  group: readonly Aimed[],
  folders: Folders,
  disk: Disk,
  signal?: AbortSignal,
): Promise<readonly Aimed[]> {
  const byFolder = new Map<string, Aimed[]>();
  for (const one of group) {
    signal?.throwIfAborted();
    const id = await idOfFolder(one.found.folder, folders, disk);
    byFolder.set(id, byFolder.get(id) ?? []);
    byFolder.get(id)?.push(one);
  }
  const untold: Aimed[] = [];
  for (const [id, inFolder] of byFolder) {
    if (inFolder.length === 1) continue;
    const tellsCase = await areToldIn(id, "case", inFolder, folders, disk, signal);
    const tellsAccents = await areToldIn(id, "accents", inFolder, folders, disk, signal);
    const keyOf = ({ name }: Aimed): string => {
      const plain = tellsAccents ? name : name.normalize("NFC");
      return tellsCase ? plain : plain.toUpperCase();
    };
    const byName = await groupsOf(inFolder, keyOf, signal);
    for (const alike of byName.values()) {
      const sets = await setsOfOneName(alike, disk, signal);
      untold.push(...sets.filter(({ length }) => length > 1).flat());
    }
  }
  return untold;
}

async function idOfFolder(path: string, { ids }: Folders, disk: Disk): Promise<string> {
  const id = ids.get(path) ?? (await disk.facts(path).catch(nullWhenRefused))?.id ?? path;
  ids.set(path, id);
  return id;
}

/**
 * Tells whether a folder keeps apart two names with such a difference. It looks up one of the
 * folder's files by a changed spelling, once for each folder.
 */
async function areToldIn(
  id: string,
  difference: Difference,
  files: readonly Aimed[],
  { told }: Folders,
  disk: Disk,
  signal?: AbortSignal,
): Promise<boolean> {
  const key = `${id} ${difference}`;
  const known = told.get(key);
  if (known !== undefined) return known;
  for (const { found } of files) {
    const name = basename(found.path);
    const other = changed(name, difference);
    if (other === name) continue;
    signal?.throwIfAborted();
    const idOf = async (one: string) =>
      (await disk.facts(join(found.folder, one)).catch(nullWhenRefused))?.id;
    if ((await idOf(name)) !== found.entry.id) continue;
    const areTold =
      (await idOf(other)) !== found.entry.id ||
      (await areListed(found.folder, [name, other], disk));
    told.set(key, areTold);
    return areTold;
  }
  // Without a file to look up, the names count as one.
  return false;
}

/** Tells whether a folder lists all of these names. It does if one file has several names. */
async function areListed(folder: string, names: readonly string[], disk: Disk): Promise<boolean> {
  const entries = (await disk.list(folder).catch(nullWhenRefused)) ?? [];
  const listed = new Set(entries.map(({ name }) => name));
  return names.every((name) => listed.has(name));
}

/** Returns another spelling of a name, or the name itself if there is none. */
function changed(name: string, difference: Difference): string {
  if (difference === "accents") {
    const composed = name.normalize("NFC");
    return composed === name ? name.normalize("NFD") : composed;
  }
  // Disks differ on the case of other letters, but agree on these.
  const swapped = name.replace(/[a-z]/gi, (letter) =>
    letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
  );
  if (swapped !== name) return swapped;
  return name.toUpperCase() === name ? name.toLowerCase() : name.toUpperCase();
}

/** Groups files whose targets the disk takes for one. */
async function setsOfOneName(
  files: readonly Aimed[],
  disk: Disk,
  signal?: AbortSignal,
): Promise<readonly (readonly Aimed[])[]> {
  const sets: { readonly first: Aimed; readonly files: Aimed[] }[] = [];
  for (const file of files) {
    let isNew = true;
    for (const set of sets) {
      signal?.throwIfAborted();
      if (await areTold(file, set.first, disk)) continue;
      set.files.push(file);
      isNew = false;
      break;
    }
    if (isNew) sets.push({ first: file, files: [file] });
  }
  return sets.map((set) => set.files);
}

/**
 * Tells whether the disk takes the targets of two files for two names. It looks up the first file
 * by the spelling of the second one's target. A disk that finds it there has one name for both.
 */
async function areTold(one: Aimed, other: Aimed, disk: Disk): Promise<boolean> {
  if (realTargetOf(one) === realTargetOf(other)) return false;
  const name = respelled(basename(one.found.path), one.name, other.name);
  // Without a spelling to try, the names count as one.
  if (name === null) return false;
  const there = await disk.facts(join(other.found.folder, name)).catch(nullWhenRefused);
  return there?.id !== one.found.entry.id;
}

/**
 * Spells a source's name like another target; null if its name does not correspond to its target.
 */
function respelled(source: string, target: string, other: string): string | null {
  if (source.startsWith(target)) return other + source.slice(target.length);
  if (!target.startsWith(source)) return null;
  return other.slice(0, other.length - (target.length - source.length));
}

/**
 * Makes names equal that some disk may take for one, by their case or the form of their accents.
 */
function spelling(path: string): string {
  return path.normalize("NFC").toUpperCase();
}

async function groupsOf(
  all: readonly Aimed[],
  keyOf: (one: Aimed) => string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, readonly Aimed[]>> {
  const groups = new Map<string, Aimed[]>();
  const turns = new Turns(64);
  for (const one of all) {
    const pause = turns.step(signal);
    if (pause !== null) await pause;
    appendTo(groups, keyOf(one), one);
  }
  return groups;
}
