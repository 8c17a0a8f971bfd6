import { dirname, join } from "node:path";
import { utf8 } from "../age/bytes";
import { AgeError } from "../age/errors";
import { digest } from "./digest";
import type { Disk } from "./disk";
import { hexOf, hiddenPath, isPartialOf, removeAllLeftovers } from "./hiddenNames";
import { ignoreFailure, type Existing } from "./placement";
import {
  encodeRecord,
  maxRecordSize,
  parseRecord,
  type UnfinishedOperation,
} from "./unfinishedRecord";

/** The processes of this machine, as records name them. */
export interface Processes {
  readonly pid: number;
  /** Tells this process from others that had or will have its id; "" where nobody knows. */
  readonly start: string;
  /** Whether the process with this id runs that started then. */
  isAlive(pid: number, start: string): boolean;
}

/** Where the operations of all windows on this machine are written down while they run. */
export interface UnfinishedStore {
  /** A folder on this machine's disk for records alone, one for each target. */
  readonly folder: string;
  readonly processes: Processes;
  /** The targets that this process writes to just now. */
  readonly running: Set<string>;
}

/** A store that no operation of this process uses yet. */
export function unfinishedStore(folder: string, processes: Processes): UnfinishedStore {
  return { folder, processes, running: new Set() };
}

/** What storing records needs of a document context. */
export interface RecordContext {
  readonly disk: Disk;
  readonly random: (length: number) => Uint8Array;
  readonly unfinished: UnfinishedStore;
}

/** A target that nobody else writes to until it is released. */
export interface Claim {
  /** What an earlier run left written down for this target; null when nothing. */
  readonly previous: UnfinishedOperation | null;
  /** Writes down another state of the same operation. */
  note(record: UnfinishedOperation): Promise<void>;
  /** Lets the next run have the target. The record stays where the work can be resumed. */
  release(record: "keep" | "remove"): Promise<void>;
}

/**
 * Claims a target for one run and writes the run down.
 *
 * @param target - its real path.
 * @param recordAfter - the record of the run, given what an earlier one left.
 * @throws AgeError "busy" while another run, of this process or another one, has it.
 */
export async function claim(
  target: string,
  recordAfter: (previous: UnfinishedOperation | null) => UnfinishedOperation,
  context: RecordContext,
): Promise<Claim> {
  const { disk, unfinished } = context;
  const path = recordPath(target, unfinished);
  if (unfinished.running.has(target)) throw busy(target);
  unfinished.running.add(target);
  try {
    await disk.createFolder(unfinished.folder);
    const previous = await readRecord(path, disk);
    if (previous !== null && isElsewhere(previous, unfinished)) throw busy(target);
    if ((await disk.facts(path)) !== null) await disk.remove(path);
    // Of two processes that come here at once, one finds the name taken.
    await writeRecord(path, recordAfter(previous), "keep", context).catch((error: unknown) => {
      if (error instanceof AgeError && error.code === "already-exists") throw busy(target);
      throw error;
    });
    return {
      previous: previous?.target === target ? previous : null,
      note: (record) => writeRecord(path, record, "replace", context),
      release: async (fate) => {
        unfinished.running.delete(target);
        // A record without a partial does no harm: it is cleared away when it is looked at.
        if (fate === "remove") await disk.remove(path).catch(ignoreFailure);
      },
    };
  } catch (error) {
    unfinished.running.delete(target);
    throw error;
  }
}

/** An operation that a process which is no more left behind. */
export interface Unfinished {
  readonly record: UnfinishedOperation;
  /** How many bytes of the output are there. */
  readonly partialSize: number;
}

/**
 * Lists the operations that can be resumed: their process is dead, or gave them up, and their partial
 * output is there. Records that have none are cleared away. To resume one, run it again with what the
 * record says; whether an existing target may be replaced is asked anew, since a record may be edited.
 */
export async function findUnfinished(context: RecordContext): Promise<readonly Unfinished[]> {
  const { disk, unfinished } = context;
  if ((await disk.facts(unfinished.folder)) === null) return [];
  const found: Unfinished[] = [];
  await removeAllLeftovers(disk, unfinished.folder).catch(ignoreFailure);
  for (const { name, kind } of await disk.list(unfinished.folder)) {
    if (kind !== "file" || !/^[0-9a-f]{32}\.json$/.test(name)) continue;
    const path = join(unfinished.folder, name);
    const record = await readRecord(path, disk).catch(() => null);
    if (record !== null && unfinished.running.has(record.target)) continue;
    if (record !== null && isElsewhere(record, unfinished)) continue;
    const isInPlace = record !== null && recordPath(record.target, unfinished) === path;
    const left = isInPlace ? await whatIsLeft(record, disk) : "nothing";
    if (isInPlace && typeof left === "number") found.push({ record, partialSize: left });
    if (isInPlace && left === "a second name") {
      await removePartial(record.partial, disk).catch(ignoreFailure);
    }
    if (left === "nothing" || left === "a second name") {
      await disk.remove(path).catch(ignoreFailure);
    }
  }
  return found;
}

/**
 * Removes what an operation left: its partial output and its record. Nothing else is touched, whatever
 * the record says.
 *
 * @throws AgeError "busy" if it runs again by now, or one of the disk.
 */
export async function discard(record: UnfinishedOperation, context: RecordContext): Promise<void> {
  if (!isPartialOf(record.partial, record.target)) throw new TypeError("this is no partial output");
  const claimed = await claim(record.target, () => record, context);
  await removePartial(record.partial, context.disk).catch(async (error: unknown) => {
    await claimed.release("keep");
    throw error;
  });
  await claimed.release("remove");
}

/** Removes a partial output, if it is there. Only its name goes, should it be a link. */
export async function removePartial(partial: string, disk: Disk): Promise<void> {
  await disk.remove(partial).catch((error: unknown) => {
    if (!(error instanceof AgeError && error.code === "not-found")) throw error;
  });
}

/**
 * What is left of an operation: a partial output of so many bytes; or a second name of the output, if a
 * crash came just as it got its own one; or nothing, unless the disk that held it is only away.
 */
async function whatIsLeft(
  { partial, target }: UnfinishedOperation,
  disk: Disk,
): Promise<number | "a second name" | "nothing" | "away"> {
  const look = async (path: string) => disk.facts(path).catch(() => null);
  const [left, output] = [await look(partial), await look(target)];
  if (left?.kind !== "file") return (await look(dirname(partial))) === null ? "away" : "nothing";
  return output?.version === left.version ? "a second name" : left.size;
}

function busy(target: string): AgeError {
  return new AgeError("busy", "another run is writing it", { path: target });
}

/** Whether another process that is alive has it. */
function isElsewhere({ pid, start }: UnfinishedOperation, { processes }: UnfinishedStore): boolean {
  if (pid === processes.pid && start === processes.start) return false;
  return processes.isAlive(pid, start);
}

/** One name for each target, so that two runs cannot both have it. */
function recordPath(target: string, { folder }: UnfinishedStore): string {
  return join(folder, `${digest(utf8(target)).slice(0, 32)}.json`);
}

async function readRecord(path: string, disk: Disk): Promise<UnfinishedOperation | null> {
  const facts = await disk.facts(path);
  if (facts?.kind !== "file" || facts.size > maxRecordSize) return null;
  return parseRecord(await disk.read(path));
}

/** Not flushed: a record that a power failure takes costs a resumption at most, and flushing is slow. */
async function writeRecord(
  path: string,
  record: UnfinishedOperation,
  existing: Existing,
  { disk, random }: RecordContext,
): Promise<void> {
  const candidate = hiddenPath(path, hexOf(random(12)), "cage-candidate");
  const file = await disk.create(candidate);
  try {
    await file.write(encodeRecord(record)).finally(() => file.close());
    if (existing === "replace") await disk.rename(candidate, path);
    else await disk.renameToFree(candidate, path);
  } catch (error) {
    await disk.remove(candidate).catch(() => undefined);
    throw error;
  }
}
