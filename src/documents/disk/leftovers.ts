import { dirname, join } from "node:path";
import { showConflictCopy } from "./conflictCopy";
import type { Disk } from "./disk";
import { type HiddenName, isBeside, isCandidateName, parseHiddenName } from "./hiddenNames";
import { isMarked } from "./replacedVersion";

/** The age, in milliseconds, from which on an unfinished save counts as killed. */
const longestSave = 60 * 60 * 1000;

/**
 * Clears up the files that killed writes of a target left under its own hidden names. The caller
 * holds the claim on the name, so no other write is under way:
 * - Candidates go after an hour, since a write creates them before it claims the name.
 * - A replaced version goes if its content matches its name, and becomes visible if not.
 * - A version that was being overwritten becomes visible.
 */
export async function clearLeftovers(disk: Disk, target: string): Promise<void> {
  // The file that was just written has the time of the file system's own clock.
  const now = (await disk.facts(target))?.mtime ?? 0;
  for (const { path, hidden } of await filesBeside(disk, target)) {
    if (hidden.kind === "cage-candidate") await removeIfOld(disk, path, now);
    else if (hidden.kind === "cage-kept") await showConflictCopy(disk, path, target);
    else if (hidden.kind === "cage-replaced") await removeIfMarked(disk, path, hidden.hex, target);
  }
}

/**
 * Shows the version that a killed write in place left beside a file. The file itself may be a
 * mixture now.
 *
 * @returns the visible path of the version; null if there is none.
 */
export async function showOverwrittenVersion(disk: Disk, target: string): Promise<string | null> {
  const overwritten = (await filesBeside(disk, target)).find(
    ({ hidden }) => hidden.kind === "cage-kept",
  );
  return overwritten === undefined ? null : showConflictCopy(disk, overwritten.path, target);
}

async function removeIfOld(disk: Disk, path: string, now: number): Promise<void> {
  const facts = await disk.facts(path);
  if (facts !== null && now - facts.mtime > longestSave) await disk.remove(path);
}

async function removeIfMarked(
  disk: Disk,
  path: string,
  hex: string,
  target: string,
): Promise<void> {
  const file = await disk.openForReading(path);
  try {
    if (await isMarked(file, hex)) await disk.remove(path);
    else await showConflictCopy(disk, path, target);
  } finally {
    await file.close();
  }
}

/**
 * Removes the second names that killed writes left of the file that is now at the target.
 *
 * @param id - the file's id.
 * @returns the number of names removed.
 */
export async function removeOwnNames(disk: Disk, target: string, id: string): Promise<number> {
  let count = 0;
  for (const { path } of await filesBeside(disk, target)) {
    if ((await disk.facts(path))?.id !== id) continue;
    await disk.remove(path);
    count++;
  }
  return count;
}

/** Removes the old candidates from a folder that belongs to Cage. */
export async function removeOldCandidates(disk: Disk, folder: string): Promise<void> {
  const now = (await disk.facts(folder))?.mtime ?? 0;
  for (const { name, kind } of await disk.list(folder)) {
    if (kind === "file" && isCandidateName(name)) await removeIfOld(disk, join(folder, name), now);
  }
}

/** A hidden file of Cage beside the target that it belongs to. */
interface FileBeside {
  readonly path: string;
  readonly hidden: HiddenName;
}

/** Finds the hidden files that belong to a target. */
async function filesBeside(disk: Disk, target: string): Promise<readonly FileBeside[]> {
  const folder = dirname(target);
  return (await disk.list(folder)).flatMap(({ name, kind }) => {
    const hidden = kind === "file" ? parseHiddenName(name) : null;
    const isOwn = hidden !== null && isBeside(hidden, name, target);
    return isOwn ? [{ path: join(folder, name), hidden }] : [];
  });
}
