import { AgeError, type Holder } from "../../age/errors";
import { claim } from "./targetClaim";
import type { Disk } from "../disk/disk";
import { isPartialOf, removeAllLeftovers } from "../disk/hiddenNames";
import { ignoreFailure } from "../disk/diskFailures";
import { findPartial, removePartial } from "./partialFolder";
import type { UnfinishedOperation } from "./unfinishedRecord";
import { holderOf, readRecord, recordFiles, thisRun, type RecordContext } from "./unfinishedStore";

/** An operation that a process which is no more left behind. */
export interface Unfinished {
  readonly record: UnfinishedOperation;
  /** The number of bytes of the output that are there. */
  readonly partialSize: number;
  /** The process that may still run it, where nobody here can tell; null if it has ended. */
  readonly holder: Holder | null;
}

/**
 * Lists the operations that can be resumed: their process is dead, or gave them up, or nobody here
 * can look at it, and their partial output is there. Records that have none are cleared away. To
 * resume one, run it again with what the record says; whether an existing target may be replaced is
 * asked anew, since a record may be edited.
 */
export async function findUnfinished(context: RecordContext): Promise<readonly Unfinished[]> {
  const { disk, unfinished } = context;
  if ((await disk.facts(unfinished.folder)) === null) return [];
  await removeAllLeftovers(disk, unfinished.folder).catch(ignoreFailure);
  const found = new Map<string, Unfinished>();
  for (const file of await recordFiles(context)) {
    const record = await readRecord(file, disk).catch(unknownWhenRefused);
    if (record === "void") await disk.remove(file.path).catch(ignoreFailure);
    if (typeof record === "string" || found.has(record.partial)) continue;
    const holder = holderOf(record, unfinished);
    if (unfinished.running.has(record.target) || holder?.isAlive === true) continue;
    const left = await whatIsLeft(record, disk);
    // Whoever can't be looked at holds the target, also before it has written anything.
    const partialSize = left === "nothing to resume" && holder !== null ? 0 : left;
    if (typeof partialSize === "number") found.set(record.partial, { record, partialSize, holder });
    else if (partialSize === "nothing to resume")
      await discard(record, context).catch(ignoreFailure);
  }
  return [...found.values()];
}

/**
 * Removes what an operation left: its partial output and its record. Nothing else is touched,
 * whatever the record says.
 *
 * If nobody here can look at its process, the user has said that it ended.
 *
 * @throws AgeError "busy" if it runs again by now, "changed-on-disk" if the target's record is
 * about something else by now, or one of the disk.
 */
export async function discard(record: UnfinishedOperation, context: RecordContext): Promise<void> {
  if (!isPartialOf(record.partial, record.target)) throw new TypeError("this is no partial output");
  const recordAfter = (earlier: readonly UnfinishedOperation[]) => {
    requireOffered(record, earlier);
    return { ...record, ...thisRun(context.unfinished) };
  };
  const claimed = await claim(record.target, recordAfter, context, record);
  await removePartial(record, context.disk).catch(async (error: unknown) => {
    await claimed.release("keep");
    throw error;
  });
  await claimed.release("remove");
}

/**
 * Makes sure that the operation that Cage offered is still on record: it may be gone by now.
 *
 * @throws AgeError "changed-on-disk" if no record is about it.
 */
export function requireOffered(
  { partial, target }: UnfinishedOperation,
  records: readonly UnfinishedOperation[],
): void {
  if (records.some((record) => record.partial === partial)) return;
  throw new AgeError("changed-on-disk", "it is not what it was when it was offered", {
    path: target,
  });
}

/**
 * Finds what is left of an operation:
 *
 * - a partial output, as its size in bytes;
 * - "nothing to resume", also if the partial is only a second name of the output, as after a crash
 *   just when the output got its own name;
 * - "unknown", as long as the disk that holds the partial is away or fails.
 */
async function whatIsLeft(
  record: UnfinishedOperation,
  disk: Disk,
): Promise<number | "nothing to resume" | "unknown"> {
  try {
    const left = await disk.facts(record.partial);
    if (left === null) {
      return (await findPartial(record, disk)) === "gone" ? "nothing to resume" : "unknown";
    }
    if (left.kind !== "file") return "nothing to resume";
    const output = await disk.facts(record.target);
    return output?.version === left.version ? "nothing to resume" : left.size;
  } catch (error) {
    return unknownWhenRefused(error);
  }
}

function unknownWhenRefused(error: unknown): "unknown" {
  if (error instanceof AgeError) return "unknown";
  throw error;
}
