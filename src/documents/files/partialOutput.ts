import { readAgeFile } from "../../age/age";
import { utf8 } from "../../age/bytes";
import { AgeError, type AgeErrorCode } from "../../age/errors";
import { sha256Hex } from "../../age/primitives";
import type { DescribedFile, Disk } from "../disk/disk";
import { isExposed } from "../disk/fileFacts";
import { requireSpace } from "../disk/freeSpace";
import type { StartedAnew } from "./fileOutcome";
import { hiddenPath } from "../disk/hiddenNames";
import type { OpenSource } from "./openSource";
import { ignoreFailure } from "../disk/diskFailures";
import { place } from "../disk/finalName";
import { agreedVersion, type Existing } from "../disk/replacedVersion";
import type { WritePrompts } from "../disk/writePrompts";
import { claim, type TargetClaim } from "./targetClaim";
import { findPartial, folderMark, removePartial } from "./partialFolder";
import { requireOffered } from "./unfinished";
import type { UnfinishedOperation } from "./unfinishedRecord";
import { thisRun, type RecordContext } from "./unfinishedStore";
import type { VersionKeeper } from "../disk/versionKeeper";

/** The purpose of a workplace. */
export interface Work {
  readonly open: OpenSource;
  readonly existing: Existing;
  /** The operation, which tells this work from another with the same source and target. */
  readonly operation: UnfinishedOperation["operation"];
  readonly headerMac?: Uint8Array;
  /** The finished output's length in bytes, at most. */
  readonly outputSize: number;
  /** The finished output's permission bits, at most. */
  readonly mode: number;
  /** The file whose rights the finished output gets; null if only its owner may use it. */
  readonly rightsOf: string | null;
  /** The output's format. Only binary output can be resumed. */
  readonly format: "binary" | "armored";
  /** The operation that Cage offered to resume; undefined if the user began the work. */
  readonly resumes?: UnfinishedOperation | undefined;
  readonly prompts: WritePrompts;
  readonly keeper: VersionKeeper | null;
  /** Makes the record, given the record that an earlier run of the same work left. */
  readonly record: (run: RunFacts, previous: UnfinishedOperation | null) => UnfinishedOperation;
}

type RunFacts = Pick<
  UnfinishedOperation,
  "source" | "target" | "partial" | "folder" | "sourceSize" | "pid" | "start" | "home" | "since"
>;

/** The place where the output of one run grows. The caller ends it by `finish` or `giveUp`. */
export interface Workplace {
  /** The record that an earlier run of the same work left. */
  readonly previous: UnfinishedOperation | null;
  /** The output that an earlier run of the same work left; null if there is none. */
  readonly left: DescribedFile | null;
  /** The reason why an earlier run's work has been thrown away. */
  readonly startedAnew: StartedAnew | null;
  /** Throws away the earlier output, and begins with an empty file. */
  fresh(): Promise<DescribedFile>;
  /** Updates the record of the run. */
  note(change: (record: UnfinishedOperation) => UnfinishedOperation): Promise<void>;
  /** Forces the output onto the disk. */
  flush(): Promise<void>;
  /** Gives the output its name. @throws AgeError; the caller then calls `giveUp`. */
  finish(signal?: AbortSignal): Promise<void>;
  /**
   * Ends a run that failed. The output stays if a retry can resume it: after a failure of the disk
   * or of a worker. It goes in two cases:
   * - The user cancelled. He gave it up, and should not find plaintext or half a file later.
   * - Source or target are wrong, so no part of it is of use.
   *
   * @returns the error to throw, which says whether the work can be resumed.
   */
  giveUp(error: unknown, signal?: AbortSignal): Promise<unknown>;
}

/**
 * Claims the target, finds an earlier run's output, and makes sure that there is room.
 *
 * @throws AgeError "busy" while another run has the target, "changed-on-disk" if the operation to
 * resume is no longer on record, "disk-full", or one of the disk.
 */
export async function openWorkplace(work: Work, context: RecordContext): Promise<Workplace> {
  const { disk, unfinished } = context;
  const { source, target, file } = work.open;
  const partial = hiddenPath(target, fingerprint(work), "cage-partial");
  const folder = await folderMark(partial, disk);
  const run = {
    source,
    target,
    partial,
    sourceSize: file.facts.size,
    ...thisRun(unfinished),
    ...(folder === undefined ? {} : { folder }),
  };
  let previous: UnfinishedOperation | null = null;
  const recordAfter = (earlier: readonly UnfinishedOperation[]) => {
    if (work.resumes !== undefined) requireOffered(work.resumes, earlier);
    previous = earlier.find((record) => record.partial === partial) ?? null;
    return work.record(run, previous);
  };
  const claimed = await claim(target, recordAfter, context, work.resumes);
  const workplace = new PartialWorkplace(work, run, previous, claimed, disk);
  try {
    await workplace.open();
    return workplace;
  } catch (error) {
    throw await workplace.giveUp(error);
  }
}

class PartialWorkplace implements Workplace {
  left: DescribedFile | null = null;
  startedAnew: StartedAnew | null = null;
  private current: DescribedFile | null = null;
  /**
   * False after a failed flush: the system may then show data that is not on the disk, so the
   * output can't be resumed.
   */
  private isSound = true;
  private record: UnfinishedOperation;

  constructor(
    private readonly work: Work,
    private readonly run: RunFacts,
    readonly previous: UnfinishedOperation | null,
    private readonly claimed: TargetClaim,
    private readonly disk: Disk,
  ) {
    this.record = work.record(run, previous);
  }

  async open(): Promise<void> {
    await this.removeStale();
    this.left = this.current = await this.openLeft();
    const { target } = this.work.open;
    await requireSpace(target, this.work.outputSize - (this.left?.facts.size ?? 0), this.disk);
  }

  async fresh(): Promise<DescribedFile> {
    const isThere = this.left !== null && (await this.left.isAt(this.run.partial));
    await this.close();
    if (isThere) await removePartial(this.run, this.disk);
    this.left = null;
    this.current = await this.disk.createPartial(this.run.partial);
    await this.refuseExposure(this.current);
    return this.current;
  }

  /** Asks before it writes plaintext to a file system that ignores modes. */
  private async refuseExposure({ facts }: DescribedFile): Promise<void> {
    const { operation, open, prompts } = this.work;
    if (operation === "encrypt" || !isExposed(facts)) return;
    if (await prompts.acceptExposure(open.target)) return;
    const message = "not written: others could read it on this disk";
    throw new AgeError("dismissed", message, { path: open.target });
  }

  async note(change: (record: UnfinishedOperation) => UnfinishedOperation): Promise<void> {
    this.record = change(this.record);
    await this.claimed.note(this.record);
  }

  async flush(): Promise<void> {
    this.isSound = false;
    await this.current?.flush();
    this.isSound = true;
  }

  async finish(signal?: AbortSignal): Promise<void> {
    await this.flush();
    signal?.throwIfAborted();
    const { open, mode, rightsOf, existing, keeper, prompts } = this.work;
    if (this.current === null) throw new TypeError("there is no output");
    const { target, confirmUnchanged } = open;
    const replaces = agreedVersion(existing);
    const source = open.file.facts.id;
    const rights = { rightsOf, atMost: mode };
    const placement = { replaces, ...rights, confirmUnchanged, source, keeper, prompts };
    await place(this.disk, this.current, this.run.partial, target, placement, signal);
    await this.close().catch(ignoreFailure);
    await this.claimed.release("remove");
  }

  async giveUp(error: unknown, signal?: AbortSignal): Promise<unknown> {
    let end: "left" | "removed" | "unknown" = "unknown";
    try {
      const isThere = await this.isPartialThere();
      const isResumable = isThere && this.canBeResumed(error, signal) && (await this.hasBegun());
      await this.close();
      const isAway = !isThere && (await findPartial(this.run, this.disk)) === "away";
      if (isThere && !isResumable) await removePartial(this.run, this.disk);
      if (!isAway) end = isResumable ? "left" : "removed";
    } catch {
      // If removal fails the record stays, and the user can discard the file from there.
      await this.close().catch(() => undefined);
    }
    await this.claimed.release(end === "removed" ? "remove" : "keep");
    if (end !== "left" || !(error instanceof AgeError)) return error;
    return new AgeError(error.code, error.message, { ...error.facts, isResumable: true });
  }

  private canBeResumed(error: unknown, signal?: AbortSignal): boolean {
    if (signal?.aborted === true || this.work.format !== "binary" || !this.isSound) return false;
    return error instanceof AgeError && worthARetry.has(error.code);
  }

  /** Tells whether the output can be resumed: it has a whole header, or some plaintext. */
  private async hasBegun(): Promise<boolean> {
    const { current } = this;
    if (current === null) return true;
    if (this.work.operation === "decrypt") return (await current.size()) > 0;
    try {
      await (await readAgeFile(current.stream())).close();
      return true;
    } catch (error) {
      // The disk may fail to read just now, although there is a header.
      return error instanceof AgeError && error.code === "read-failed";
    }
  }

  /** Tells whether the partial exists and belongs to this run. */
  private async isPartialThere(): Promise<boolean> {
    if (this.current !== null) return this.current.isAt(this.run.partial);
    return (await this.disk.facts(this.run.partial)) !== null;
  }

  /** Removes partials of other sources, or other versions of the source, for this target. */
  private async removeStale(): Promise<void> {
    for (const { record, forget } of this.claimed.stale) {
      const wasThere = (await this.disk.facts(record.partial)) !== null;
      await removePartial(record, this.disk);
      await forget();
      if (wasThere && record.source === this.work.open.source) {
        this.startedAnew = "the source changed";
      }
    }
  }

  private async openLeft(): Promise<DescribedFile | null> {
    try {
      return await this.disk.openPartial(this.run.partial, [0o600, this.work.mode]);
    } catch (error) {
      if (!(error instanceof AgeError && error.code === "no-permission")) throw error;
      this.startedAnew = "not private";
      await removePartial(this.run, this.disk);
      return null;
    }
  }

  private async close(): Promise<void> {
    const file = this.current;
    this.current = null;
    await file?.close();
  }
}

/** The failures that a retry may avoid. */
const worthARetry: ReadonlySet<AgeErrorCode> = new Set([
  "disk-full",
  "no-permission",
  "write-failed",
  "read-failed",
  "worker-failed",
]);

/**
 * Names the work that an output can be resumed for. Another source, or another version of it, gives
 * another name. To seal a chunk twice with different content under one key would break its secrecy.
 */
function fingerprint({ operation, open, headerMac }: Work): string {
  const mac = headerMac === undefined ? null : [...headerMac];
  const facts = [operation, open.source, open.file.facts.version, open.target, mac];
  return sha256Hex(utf8(JSON.stringify(facts))).slice(0, 24);
}
