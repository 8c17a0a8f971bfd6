import { dirname } from "node:path";
import { AgeError } from "../age/errors";
import { claim } from "./claim";
import type { Disk } from "./disk";
import { isPartialOf, removeAllLeftovers } from "./hiddenNames";
import { ignoreFailure } from "./diskErrors";
import type { UnfinishedOperation } from "./unfinishedRecord";
import { isElsewhere, readRecord, recordFiles, type RecordContext } from "./unfinishedStore";

/** An operation that a process which is no more left behind. */
export interface Unfinished {
  readonly record: UnfinishedOperation;
  /** The number of bytes of the output that are there. */
  readonly partialSize: number;
}

/**
 * Lists the operations that can be resumed: their process is dead, or gave them up, and their
 * partial output is there. Records that have none are cleared away. To resume one, run it again
 * with what the record says; whether an existing target may be replaced is asked anew, since a
 * record may be edited.
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
    if (unfinished.running.has(record.target) || isElsewhere(record, unfinished)) continue;
    const left = await whatIsLeft(record, disk);
    if (typeof left === "number") found.set(record.partial, { record, partialSize: left });
    else if (left === "nothing to resume") await discard(record, context).catch(ignoreFailure);
  }
  return [...found.values()];
}

/**
 * Removes what an operation left: its partial output and its record. Nothing else is touched,
 * whatever the record says.
 *
 * @throws AgeError "busy" if it runs again by now, "changed-on-disk" if the target's record is
 * about something else by now, or one of the disk.
 */
export async function discard(record: UnfinishedOperation, context: RecordContext): Promise<void> {
  if (!isPartialOf(record.partial, record.target)) throw new TypeError("this is no partial output");
  const recordAfter = (earlier: readonly UnfinishedOperation[]) => {
    requireOffered(record, earlier);
    return { ...record, ...ownProcess(context) };
  };
  const claimed = await claim(record.target, recordAfter, context);
  await removePartial(record.partial, context.disk).catch(async (error: unknown) => {
    await claimed.release("keep");
    throw error;
  });
  await claimed.release("remove");
}

/**
 * What was offered may be gone by now.
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

/** Removes a partial output, if it is there. Only its name goes, should it be a link. */
export async function removePartial(partial: string, disk: Disk): Promise<void> {
  await disk.remove(partial).catch((error: unknown) => {
    if (!(error instanceof AgeError && error.code === "not-found")) throw error;
  });
}

/**
 * What is left of an operation: a partial output of so many bytes; or nothing to resume, which is
 * also a second name of the output, if a crash came just as it got its own one; or nobody knows, as
 * long as the disk that holds it is away or fails.
 */
async function whatIsLeft(
  { partial, target }: UnfinishedOperation,
  disk: Disk,
): Promise<number | "nothing to resume" | "unknown"> {
  try {
    const left = await disk.facts(partial);
    if (left?.kind !== "file") {
      return (await disk.facts(dirname(partial))) === null ? "unknown" : "nothing to resume";
    }
    const output = await disk.facts(target);
    return output?.version === left.version ? "nothing to resume" : left.size;
  } catch (error) {
    return unknownWhenRefused(error);
  }
}

function ownProcess({ unfinished: { processes } }: RecordContext) {
  return { pid: processes.pid, start: processes.start };
}

function unknownWhenRefused(error: unknown): "unknown" {
  if (error instanceof AgeError) return "unknown";
  throw error;
}
