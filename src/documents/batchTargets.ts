import { basename, join } from "node:path";
import type { Disk } from "./disk";
import { nullWhenRefused } from "./diskErrors";
import { isGitName, type BatchOperation, type Found, type SkipReason } from "./folderWalk";
import { encryptedName, plainName } from "./names";

/** A file of a batch, and where its result goes. */
export interface Aimed {
  readonly found: Found;
  /** The name that the result gets, in the folder of the file's name. */
  readonly name: string;
}

/** The state of a target's name: a version to replace, nothing (null), or a reason to skip. */
export type Taken = { readonly version: string | null } | { readonly reason: SkipReason };

/** Names a file's result. */
export function aim(found: Found, operation: BatchOperation): Aimed {
  const name = basename(found.path);
  return { found, name: operation === "encrypt" ? encryptedName(name) : plainName(name) };
}

/** Joins the real path of a file's target. */
export function realTargetOf({ found, name }: Aimed): string {
  return join(found.folder, name);
}

/**
 * Tells which files of a batch must not be written, since their target is that of another one, or
 * another one itself, also by another spelling where the disk takes both for one name.
 */
export async function findCollisions(
  all: readonly Aimed[],
  disk: Disk,
): Promise<ReadonlyMap<Aimed, SkipReason>> {
  const reasons = new Map<Aimed, SkipReason>();
  const byTarget = groupsOf(all, (one) => spelling(realTargetOf(one)));
  const bySource = groupsOf(all, ({ found }) => spelling(found.real));
  for (const [key, group] of byTarget) {
    for (const [index, one] of group.entries()) {
      for (const other of group.slice(index + 1)) {
        if (await areTold(one, other, disk)) continue;
        reasons.set(one, "another file of this batch has the same target");
        reasons.set(other, "another file of this batch has the same target");
      }
    }
    const ids = (bySource.get(key) ?? []).map(({ found }) => found.entry.id);
    for (const one of ids.length === 0 ? [] : group) {
      const there = await disk.entry(realTargetOf(one)).catch(nullWhenRefused);
      if (there === null || !ids.includes(there.id)) continue;
      reasons.set(one, "its target is another file of this batch");
    }
  }
  return reasons;
}

/** Looks at what has a target's name already. */
export async function takenAt(aimed: Aimed, disk: Disk): Promise<Taken> {
  if (isGitName(aimed.name)) return { reason: "its target would belong to Git" };
  const there = await disk.entry(realTargetOf(aimed)).catch(nullWhenRefused);
  if (there === null) return { version: null };
  if (there.kind === "file") return { version: there.version };
  if (there.kind === "link") return { reason: "its target is a link" };
  return { reason: "its target is a folder, a pipe, a socket or a device" };
}

/**
 * Tells whether the disk takes the targets of two files for two names. It looks the first file up
 * with the spelling of the second one's target: a disk that finds it there knows one name only.
 */
async function areTold(one: Aimed, other: Aimed, disk: Disk): Promise<boolean> {
  if (realTargetOf(one) === realTargetOf(other)) return false;
  const name = respelled(basename(one.found.path), one.name, other.name);
  // Without a spelling to try, nobody can tell.
  if (name === null) return false;
  const there = await disk.facts(join(other.found.folder, name)).catch(nullWhenRefused);
  return there?.id !== one.found.entry.id;
}

/** Spells a source's name like another target; null if the source is called otherwise. */
function respelled(source: string, target: string, other: string): string | null {
  if (source.startsWith(target)) return other + source.slice(target.length);
  if (!target.startsWith(source)) return null;
  return other.slice(0, other.length - (target.length - source.length));
}

/** Makes names equal that some disk takes for one, by their case or the form of their accents. */
function spelling(path: string): string {
  return path.normalize("NFC").toUpperCase();
}

function groupsOf(
  all: readonly Aimed[],
  keyOf: (one: Aimed) => string,
): ReadonlyMap<string, readonly Aimed[]> {
  const groups = new Map<string, Aimed[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}
