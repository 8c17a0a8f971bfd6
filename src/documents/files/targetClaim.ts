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
  /** The earlier runs for this target with another partial output than this one. */
  readonly stale: readonly StaleRun[];
  /** Updates the record of the operation. */
  note(record: UnfinishedOperation): Promise<void>;
  /** Lets the next run have the target. The record must stay if the work can be resumed. */
  release(record: "keep" | "remove"): Promise<void>;
}

/** A run that has ended. */
export interface StaleRun {
  readonly record: UnfinishedOperation;
  /** Removes its record. Call it once its partial output is gone. */
  readonly forget: () => Promise<void>;
}

/**
 * Claims a target for one run and records the run.
 *
 * Every claim has its own record, which nobody else removes while its process lives. The new record
 * takes the next number, which only one process can get. Then the claim reads all records once
 * more. Of two processes that come at once, the one that looks later sees the other's record and
 * gives up its claim. The records of dead runs are removed afterwards, so a crash in between loses
 * none.
 *
 * @param target - its real path.
 * @param recordAfter - makes the record of the run, given those of earlier runs, the newest first.
 * If it throws, nothing is claimed.
 * @param over - the record of a run that can't be looked at from here and that, as the user said,
 * has ended.
 * @throws AgeError "busy", with the holder, while another run, of this process or another one, has
 * the target or may have it.
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
      // A record without a partial is harmless: the next look at the records removes it.
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
 * Tells whether the target's path led to another disk when an earlier run began. The partial of
 * that run reappears with its disk, so its record must stay.
 */
function isOfAnotherFolder(earlier: UnfinishedOperation, own: UnfinishedOperation): boolean {
  return earlier.folder !== undefined && own.folder !== undefined && earlier.folder !== own.folder;
}

/**
 * Reads a target's records, except the caller's own.
 *
 * @throws AgeError "busy" if the run of a record is alive, or may be.
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
