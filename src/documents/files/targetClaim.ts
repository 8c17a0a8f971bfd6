import { AgeError, type Holder } from "../../age/errors";
import { shortDigest } from "../disk/digest";
import { ignoreFailure } from "../disk/diskFailures";
import type { UnfinishedOperation } from "./unfinishedRecord";
import {
  holderOf,
  readRecord,
  recordFile,
  recordFiles,
  writeRecord,
  type RecordContext,
  type RecordFile,
} from "./unfinishedStore";

/** A target that nobody else writes to until it is released. */
export interface TargetClaim {
  /** Earlier runs for this target that had another partial output than this one. */
  readonly stale: readonly StaleRun[];
  /** Writes down another state of the same operation. */
  note(record: UnfinishedOperation): Promise<void>;
  /** Lets the next run have the target. The record stays where the work can be resumed. */
  release(record: "keep" | "remove"): Promise<void>;
}

/** A run that is no more. */
export interface StaleRun {
  readonly record: UnfinishedOperation;
  /** Removes its record, for when its partial output is gone. */
  readonly forget: () => Promise<void>;
}

/**
 * Claims a target for one run and writes the run down.
 *
 * Every claim has a record of its own, which nobody else removes while its process lives: the new
 * record takes the next number, which only one process can get; then all records are looked at once
 * more, so that of two processes that come at once the later look sees the other's record, and its
 * claim ends. The records of dead runs go afterwards, so a crash in between loses none.
 *
 * @param target - its real path.
 * @param recordAfter - the record of the run, given what earlier ones left, the newest first. If it
 * throws, nothing is claimed.
 * @param over - the record of a run that nobody here can look at, which the user said has ended.
 * @throws AgeError "busy", with the holder, while another run, of this process or another one, has
 * it or may have it.
 */
export async function claim(
  target: string,
  recordAfter: (earlier: readonly UnfinishedOperation[]) => UnfinishedOperation,
  context: RecordContext,
  over?: UnfinishedOperation,
): Promise<TargetClaim> {
  const { running } = context.unfinished;
  if (running.has(target)) throw busy(target);
  running.add(target);
  try {
    return await claimed(target, recordAfter, context, over);
  } catch (error) {
    running.delete(target);
    throw error;
  }
}

async function claimed(
  target: string,
  recordAfter: (earlier: readonly UnfinishedOperation[]) => UnfinishedOperation,
  context: RecordContext,
  over: UnfinishedOperation | undefined,
): Promise<TargetClaim> {
  const { disk, unfinished } = context;
  await disk.createFolder(unfinished.folder);
  const before = await entriesOf(target, context, over);
  const record = recordAfter(
    before.flatMap(({ record: earlier }) => (typeof earlier === "string" ? [] : earlier)),
  );
  const own = recordFile(shortDigest(target), 1 + (before[0]?.file.number ?? 0), unfinished);
  await writeRecord(own, record, "keep", context).catch((error: unknown) => {
    if (error instanceof AgeError && error.code === "already-exists") throw busy(target);
    throw error;
  });
  try {
    const now = await entriesOf(target, context, over, own);
    if (JSON.stringify(now) !== JSON.stringify(before)) throw busy(target);
  } catch (error) {
    await disk.remove(own.path).catch(ignoreFailure);
    throw error;
  }
  const stale: StaleRun[] = [];
  for (const { file, record: earlier } of before) {
    if (earlier === "unknown" || (earlier !== "void" && isOfAnotherFolder(earlier, record)))
      continue;
    if (earlier !== "void" && earlier.partial !== record.partial) {
      stale.push({ record: earlier, forget: () => disk.remove(file.path) });
    } else await disk.remove(file.path).catch(ignoreFailure);
  }
  return {
    stale,
    note: (next) => writeRecord(own, next, "replace", context),
    release: async (fate) => {
      // A record without a partial does no harm: it is cleared away when it is looked at.
      if (fate === "remove") await disk.remove(own.path).catch(ignoreFailure);
      unfinished.running.delete(target);
    },
  };
}

interface Entry {
  readonly file: RecordFile;
  readonly record: UnfinishedOperation | "void" | "unknown";
}

/**
 * Tells whether the target's path led to another disk when an earlier run began: what that left is
 * there when the disk is back, and so must its record be.
 */
function isOfAnotherFolder(earlier: UnfinishedOperation, own: UnfinishedOperation): boolean {
  return earlier.folder !== undefined && own.folder !== undefined && earlier.folder !== own.folder;
}

/**
 * Reads a target's records but the caller's own.
 *
 * @throws AgeError "busy" if the run of one of them is alive, or may be.
 */
async function entriesOf(
  target: string,
  context: RecordContext,
  over: UnfinishedOperation | undefined,
  own?: RecordFile,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const file of await recordFiles(context, shortDigest(target))) {
    if (file.path === own?.path) continue;
    const record = await readRecord(file, context.disk);
    if (record === "gone") continue;
    const holder = typeof record === "string" ? null : holderOf(record, context.unfinished);
    if (holder?.isAlive === true) throw busy(target, holder);
    if (holder !== null && JSON.stringify(record) !== JSON.stringify(over)) {
      throw busy(target, holder);
    }
    entries.push({ file, record });
  }
  return entries;
}

function busy(target: string, holder?: Holder): AgeError {
  const facts = holder === undefined ? {} : { holder };
  return new AgeError("busy", "another run is writing it", { path: target, ...facts });
}
