import type { Progress } from "../../strategies/strategy";
import type { BatchItem, BatchPlan } from "./planBatch";
import type { FileOutcome } from "./fileOutcome";
import type { Skipped } from "./walkFolder";

/** The progress of a batch, in bytes of the sources. */
export interface BatchProgress {
  readonly done: number;
  readonly total: number;
  readonly item: BatchItem;
  /** The item's index, from 0, and the number of items. */
  readonly index: number;
  readonly count: number;
}

/** The outcome of a batch. Each of its items is in one of the lists. */
export interface BatchReport {
  readonly done: readonly (BatchItem & { readonly outcome: FileOutcome })[];
  readonly failed: readonly (BatchItem & { readonly error: unknown })[];
  readonly skipped: readonly Skipped[];
  /** The items that the batch did not finish because the user cancelled. */
  readonly cancelled: readonly BatchItem[];
}

/**
 * Runs a batch, one file after another. A failed file does not stop the others. An abort stops all
 * of them, and is not a failure.
 *
 * @param run - processes one file; rejects when it is aborted.
 */
export async function runBatch(
  { items, skipped, bytes: total }: BatchPlan,
  run: (item: BatchItem, onProgress: Progress, signal?: AbortSignal) => Promise<FileOutcome>,
  onProgress: (progress: BatchProgress) => void,
  signal?: AbortSignal,
): Promise<BatchReport> {
  const done: BatchReport["done"][number][] = [];
  const failed: BatchReport["failed"][number][] = [];
  const cancelled: BatchItem[] = [];
  let before = 0;
  for (const [index, item] of items.entries()) {
    const tell = (bytes: number): void => {
      onProgress({ done: before + bytes, total, item, index, count: items.length });
    };
    if (signal?.aborted === true) {
      cancelled.push(item);
      continue;
    }
    tell(0);
    try {
      // An item may count something other than the source's bytes, and a source may have grown.
      const onItem: Progress = (part, whole) => {
        tell(whole === 0 ? item.size : Math.min(part / whole, 1) * item.size);
      };
      done.push({ ...item, outcome: await run(item, onItem, signal) });
    } catch (error) {
      if (wasAborted(signal)) cancelled.push(item);
      else failed.push({ ...item, error });
    }
    if (!wasAborted(signal)) tell(item.size);
    before += item.size;
  }
  return { done, failed, skipped, cancelled };
}

function wasAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
