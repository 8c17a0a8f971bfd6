import { dirname } from "node:path";
import { AgeError } from "../age/errors";
import type { Disk, HeldFile } from "./disk";
import type { FileFacts } from "./fileFacts";

/**
 * What may happen to a file that has the name already: it is kept, or it is replaced if it still is the
 * version (`FileFacts.version`) that the user was shown when he agreed.
 */
export type Existing = "keep" | { readonly replace: string };

/** How a file that is written and verified takes its final name. */
export interface Placement {
  /** The old file, whose mode and owner are kept; null for a file that is new. */
  readonly old: FileFacts | null;
  /** The mode of a new file (an old one's is kept). */
  readonly newMode?: number;
  readonly existing: Existing;
  /** The last look before the rename: throws when what was agreed on is not so any more. */
  readonly confirmUnchanged: () => Promise<void>;
}

/**
 * Gives a file, which only its owner could read so far, its mode, its owner and its name.
 *
 * @param file - it is open since it was written: only so nothing else can be meant.
 * @throws AgeError of the disk, "changed-on-disk" if something else has its present name by now, or what
 * `confirmUnchanged` throws; the target is untouched then.
 */
export async function place(
  disk: Disk,
  file: HeldFile,
  from: string,
  target: string,
  { old, newMode, existing, confirmUnchanged }: Placement,
): Promise<void> {
  if (old !== null) {
    // Only root, or a member of the group, can keep the owner; and a change of owner clears the
    // set-id bits, so the mode comes after it.
    await file.setOwner(old.uid, old.gid).catch(ignoreNoPermission);
  }
  const mode = old?.mode ?? newMode;
  if (mode !== undefined) await file.setMode(mode);
  await confirmUnchanged();
  if (!(await file.isAt(from))) throw replaced(from);
  if (existing === "keep") await disk.renameToFree(from, target);
  else await disk.rename(from, target);
  if (!(await file.isAt(target))) {
    // What was swapped in at the last moment shall not pass for the whole file.
    await disk.renameToFree(target, from).catch(ignoreFailure);
    throw replaced(target);
  }
  // The new version is in its place, whole; a failure from here on can't undo that and is none.
  await disk.flushFolder(dirname(target)).catch(ignoreFailure);
}

function replaced(path: string): AgeError {
  return new AgeError("changed-on-disk", "another program put something else there", { path });
}

/** For what may fail without harm. Only a failure of the disk is one; a fault of ours is thrown on. */
export function ignoreFailure(error: unknown): void {
  if (!(error instanceof AgeError)) throw error;
}

function ignoreNoPermission(error: unknown): void {
  if (error instanceof AgeError && ["no-permission", "write-failed"].includes(error.code)) return;
  throw error;
}
