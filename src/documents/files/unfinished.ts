import { AgeError, type Holder } from "../../age/errors";
import { claim } from "./targetClaim";
import type { Disk } from "../disk/disk";
import { isPartialOf } from "../disk/hiddenNames";
import { removeOldCandidates } from "../disk/leftovers";
import { ignoreFailure } from "../disk/diskFailures";
import { findPartial, removePartial } from "./partialFolder";
import type { UnfinishedOperation } from "./unfinishedRecord";
import { holderOf, readRecord, recordFiles, thisRun, type RecordContext } from "./unfinishedStore";

/** An operation that a process left unfinished. */
export interface Unfinished {
  readonly record: UnfinishedOperation;
  /** The size of the partial output, in bytes. */
  readonly partialSize: number;
  /**
   * The process that may still be running it but can't be looked at from here; null if it has
   * ended.
   */
  readonly holder: Holder | null;
}

/**
 * Lists the operations that can be resumed. Their partial output exists, and their process has
 * ended, has given them up, or can't be looked at from here. It removes records without a partial
 * output.
 *
 * To resume an operation, run it again as its record says. The user must agree again to replace an
 * existing target, since somebody may have edited the record.
 */
export async function findUnfinished(context: RecordContext): Promise<readonly Unfinished[]> {
  const { disk, unfinished } = context;
  if ((await disk.facts(unfinished.folder)) === null) return [];
  await removeOldCandidates(disk, unfinished.folder).catch(ignoreFailure);
  const found = new Map<string, Unfinished>();
  for (const file of await recordFiles(context)) {
    const record = await readRecord(file, disk).catch(unknownWhenRefused);
    if (record === "void") await disk.remove(file.path).catch(ignoreFailure);
    if (typeof record === "string" || found.has(record.partial)) continue;
    const holder = holderOf(record, unfinished);
    if (unfinished.running.has(record.target) || holder?.isAlive === true) continue;
    const left = await whatIsLeft(record, disk);
    // A process that can't be looked at holds the target even before it has written anything.
    const partialSize = left === "nothing to resume" && holder !== null ? 0 : left;
    if (typeof partialSize === "number") found.set(record.partial, { record, partialSize, holder });
    else if (partialSize === "nothing to resume")
      await discard(record, context).catch(ignoreFailure);
  }
  return [...found.values()];
}

/**
 * Removes the partial output and the record of an operation. It touches nothing else, whatever the
 * record says.
 *
 * If the process can't be looked at from here, the user has said that it ended.
 *
 * @throws AgeError "busy" if the operation is running again, "changed-on-disk" if the target's
 * record is about something else by now, or one of the disk.
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
 * Makes sure that the record of an operation that Cage offered still exists.
 *
 * @throws AgeError "changed-on-disk" if it does not.
 */
export function requireOffered(
  { partial, target }: UnfinishedOperation,
  records: readonly UnfinishedOperation[],
): void {
  if (records.some((record) => record.partial === partial)) return;
  throw new AgeError("changed-on-disk", "it has changed since it was offered", {
    path: target,
  });
}

/**
 * Finds the remains of an operation:
 *
 * - the size of the partial output, in bytes;
 * - "nothing to resume", even if the partial is only a second name of the output, as after a crash
 * just when the output got its own name;
 * - "unknown", while the disk with the partial is away or fails.
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
