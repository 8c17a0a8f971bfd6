import { readAgeFile } from "../../age/age";
import { utf8 } from "../../age/bytes";
import { AgeError, type AgeErrorCode } from "../../age/errors";
import { digest } from "../disk/digest";
import type { DescribedFile, Disk } from "../disk/disk";
import { isExposed } from "../disk/fileFacts";
import { requireSpace } from "../disk/freeSpace";
import type { StartedAnew } from "./fileOutcome";
import { hiddenPath } from "../disk/hiddenNames";
import type { OpenSource } from "./openSource";
import { ignoreFailure } from "../disk/diskFailures";
import { place } from "../disk/finalName";
import type { Existing } from "../disk/replacedVersion";
import type { WritePrompts } from "../disk/writePrompts";
import { agreedVersion } from "../disk/replacedVersion";
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
  /** Tells the work from others of the same source and target. */
  readonly operation: UnfinishedOperation["operation"];
  readonly headerMac?: Uint8Array;
  /** The finished output's length in bytes, at most. */
  readonly outputSize: number;
  /** The finished output's permission bits, at most. */
  readonly mode: number;
  /** The file whose rights the finished output gets; null if it is for its owner only. */
  readonly rightsOf: string | null;
  /** The output's format: only binary output can be resumed. */
  readonly format: "binary" | "armored";
  /** The operation that Cage offered to resume; undefined for work that the user began. */
  readonly resumes?: UnfinishedOperation | undefined;
  readonly prompts: WritePrompts;
  readonly keeper: VersionKeeper | null;
  /** Makes its record, given what an earlier run of the target left. */
  readonly record: (run: RunFacts, previous: UnfinishedOperation | null) => UnfinishedOperation;
}

type RunFacts = Pick<
  UnfinishedOperation,
  "source" | "target" | "partial" | "folder" | "sourceSize" | "pid" | "start" | "home" | "since"
>;

/**
 * The place where the output of one run grows. Whoever opens it ends it by `finish` or `giveUp`.
 */
export interface Workplace {
  /** The record that an earlier run of the same work left. */
  readonly previous: UnfinishedOperation | null;
  /** The output that an earlier run of the same work left; null if there is none. */
  readonly left: DescribedFile | null;
  /** The reason why work of an earlier run was thrown away already. */
  readonly startedAnew: StartedAnew | null;
  /** Throws away what is left, and begins with an empty file. */
  fresh(): Promise<DescribedFile>;
  /** Writes down something new of the run. */
  note(change: (record: UnfinishedOperation) => UnfinishedOperation): Promise<void>;
  /** Forces the output onto the disk. */
  flush(): Promise<void>;
  /** Gives the output its name. @throws AgeError; `giveUp` follows then. */
  finish(signal?: AbortSignal): Promise<void>;
  /**
   * Ends a run that failed. What is there stays if a retry can go on from it: after a failure of
   * the disk or of a worker. It goes if the user cancelled, who gave it up and shall not find
   * plaintext, or half a file, later; and if source or target are wrong, since then no part of it
   * is of use.
   *
   * @returns the error to throw, which tells whether the work is kept.
   */
  giveUp(error: unknown, signal?: AbortSignal): Promise<unknown>;
}

/** Claims the target, looks for what an earlier run left, and makes sure that there is room. */
export async function openWorkplace(work: Work, context: RecordContext): Promise<Workplace> {
  const { disk, unfinished } = context;
  const { source, target, file } = work.open;
  const partial = hiddenPath(target, fingerprint(work), "cage-partial");
  const folder = await folderMark(partial, disk);
  const run = {
    ...{ source, target, partial, sourceSize: file.facts.size, ...thisRun(unfinished) },
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
  /** After a failed flush the system shows what may not be on the disk: nobody could resume it. */
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

  /** A file system may ignore modes: no plaintext is written before that is agreed on. */
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
    let end: "kept" | "removed" | "unknown" = "unknown";
    try {
      const isThere = await this.isPartialThere();
      const isKept = isThere && this.canBeResumed(error, signal) && (await this.hasBegun());
      await this.close();
      const isAway = !isThere && (await findPartial(this.run, this.disk)) === "away";
      if (isThere && !isKept) await removePartial(this.run, this.disk);
      if (!isAway) end = isKept ? "kept" : "removed";
    } catch {
      // What stays although it should not is told of by its record, and can be discarded there.
      await this.close().catch(() => undefined);
    }
    await this.claimed.release(end === "removed" ? "remove" : "keep");
    if (end !== "kept" || !(error instanceof AgeError)) return error;
    return new AgeError(error.code, error.message, { ...error.facts, isKept: true });
  }

  private canBeResumed(error: unknown, signal?: AbortSignal): boolean {
    if (signal?.aborted === true || this.work.format !== "binary" || !this.isSound) return false;
    return error instanceof AgeError && worthARetry.has(error.code);
  }

  /** Tells whether the output has anything to go on from: a whole header, or some plaintext. */
  private async hasBegun(): Promise<boolean> {
    const { current } = this;
    if (current === null) return true;
    if (this.work.operation === "decrypt") return (await current.size()) > 0;
    try {
      await (await readAgeFile(current.stream())).close();
      return true;
    } catch (error) {
      // A disk that fails to read just now may hold one.
      return error instanceof AgeError && error.code === "write-failed";
    }
  }

  /** Tells whether the partial is there, and not one of another run. */
  private async isPartialThere(): Promise<boolean> {
    if (this.current !== null) return this.current.isAt(this.run.partial);
    return (await this.disk.facts(this.run.partial)) !== null;
  }

  /** Another version of the source, or another source, was to be written to this target. */
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

/** Failures that a retry may not meet again. */
const worthARetry: ReadonlySet<AgeErrorCode> = new Set([
  "disk-full",
  "no-permission",
  "write-failed",
  "worker-failed",
]);

/**
 * Names what an output can be resumed for: with another source, or another version of it, the name
 * is another one. To seal a chunk twice with different content under one key would break its
 * secrecy.
 */
function fingerprint({ operation, open, headerMac }: Work): string {
  const mac = headerMac === undefined ? null : [...headerMac];
  const facts = [operation, open.source, open.file.facts.version, open.target, mac];
  return digest(utf8(JSON.stringify(facts))).slice(0, 24);
}
