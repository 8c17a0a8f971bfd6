import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { endThose } from "./process/processMark";
import { type Owner, processOf } from "./process/processIdentity";

/**
 * Kills the programs and removes the private folders that ended processes of this user have left
 * behind. It never rejects.
 *
 * @param parents - the folders in which private folders lie.
 */
export async function sweep(parents: readonly string[], owner: Owner): Promise<void> {
  endThose((mark) => {
    const theirs = processOf(mark);
    return theirs !== null && !owner.isAlive(theirs.pid, theirs.start);
  });
  for (const parent of parents) {
    for (const path of await leftStaging(parent, owner)) {
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

/**
 * Lists the private folders of this user in a place that are left over. Either their process has
 * ended, or nobody can ask about it and they are older than a day. It never rejects.
 */
export async function leftStaging(parent: string, owner: Owner): Promise<readonly string[]> {
  const left: string[] = [];
  for (const name of await readdir(parent).catch(() => [])) {
    const theirs = processOf(name);
    if (theirs === null) continue;
    const path = join(parent, name);
    const stat = await lstat(path).catch(() => null);
    if (stat?.isDirectory() !== true || stat.uid !== process.getuid?.()) continue;
    const isAlive = owner.isAlive(theirs.pid, theirs.start);
    const isOld = Date.now() - stat.mtimeMs >= longestUse;
    // Clocks jump, so age never counts against the folder of a process that is known to run.
    if (!isAlive || (isOld && !owner.canAsk(theirs.start))) left.push(path);
  }
  return left;
}

/**
 * The milliseconds after which a folder counts as left over if nobody here can ask about its
 * process. The process may be in another container that shares the place.
 */
const longestUse = 24 * 60 * 60 * 1000;
