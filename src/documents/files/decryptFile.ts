import { plaintextSize, readAgeFile, type AgeFile } from "../../age/age";
import { SourceReader } from "../../age/source";
import type { ExistingPlaintext, Progress, Report } from "../../strategies/strategy";
import type { DescribedFile } from "../disk/disk";
import type { FileOutcome } from "./fileOutcome";
import type { FileContext } from "./unfinishedStore";
import { refusePlaintextAt } from "../disk/encryptedNames";
import { withPayloadDamage } from "../../age/payloadDamage";
import { openSource, type OpenSource, type SourceAndTarget } from "./openSource";
import type { UnfinishedOperation } from "./unfinishedRecord";
import { withKeyTime } from "../questions/keyTime";
import type { Asking } from "../questions/asking";
import { unlock } from "../unlocking/unlock";
import { wipeUnlocked, type Unlocked } from "../unlocking/unlocked";
import { openWorkplace, type Workplace } from "./partialOutput";

/** A file to decrypt to the disk. */
export interface Decryption extends SourceAndTarget {
  /** The record that Cage offered to resume. If it no longer exists, nothing is done. */
  readonly resumes?: UnfinishedOperation;
  /** "never" if a lock came after the work began: then Cage asks nothing and stays locked. */
  readonly asking?: Asking;
}

/**
 * Decrypts a file into another, in bounded memory. The target gets its name only after all of it is
 * verified. Only its owner can read it (mode 0600), even if others can read the encrypted file. The
 * plaintext that an earlier run of the same work left is compared, and kept if it is right.
 *
 * @param onProgress - counts the plaintext.
 * @throws AgeError "encrypted-name", before anything else, if the target has the name of an
 * encrypted file; the errors of `unlock` and of the payload, and those of `encryptFile` for source
 * and target. The old target, if any, is untouched then.
 */
export async function decryptFile(
  decryption: Decryption,
  context: FileContext,
  onProgress: Progress,
  signal?: AbortSignal,
): Promise<FileOutcome> {
  const { source, target, existing, resumes, asking = "ask" } = decryption;
  refusePlaintextAt(target);
  const open = await openSource(decryption, context.disk);
  let unlocked: Unlocked | null = null;
  try {
    // The target may be a link to an encrypted file's name.
    refusePlaintextAt(open.target);
    const { size } = open.file.facts;
    const file = await readAgeFile(open.file.stream(signal), signal);
    const outputSize = await sizeAtMost(file, size);
    unlocked = await unlock(file, source, context.keys, asking, signal);
    const { mac: headerMac } = file.header;
    const work = await openWorkplace(
      {
        open,
        existing,
        headerMac,
        outputSize,
        operation: "decrypt",
        mode: 0o600,
        rightsOf: null,
        prompts: context.keys.prompts,
        keeper: context.versions.keeper("decryption"),
        resumes,
        format: file.format,
        record: (run) => ({ operation: "decrypt", ...run }),
      },
      context,
    );
    try {
      const outcome = await decryptInto({
        work,
        file,
        unlocked,
        open,
        context,
        onProgress,
        signal,
      });
      await work.finish(signal);
      return outcome;
    } catch (error) {
      const named = await namedDamage(error, file, unlocked, open, signal);
      throw await work.giveUp(named, signal);
    }
  } finally {
    if (unlocked !== null) wipeUnlocked(unlocked);
    await open.file.close();
  }
}

/** Finds the kind of damage behind a failure, if the file shows it. */
async function namedDamage(
  error: unknown,
  file: AgeFile,
  { fileKey }: Unlocked,
  { file: source }: OpenSource,
  signal?: AbortSignal,
): Promise<unknown> {
  const readStart = async (length: number): Promise<Uint8Array> => {
    const reader = new SourceReader(source.stream(signal));
    return reader.take(length).finally(() => reader.return());
  };
  // If the search for the cause fails, the failure itself remains.
  const named = withPayloadDamage(error, file, fileKey, readStart, signal);
  return named.catch(() => error);
}

/** One run of a decryption, with everything it needs. */
interface Run {
  readonly work: Workplace;
  readonly file: AgeFile;
  readonly unlocked: Unlocked;
  readonly open: OpenSource;
  readonly context: FileContext;
  readonly onProgress: Progress;
  readonly signal: AbortSignal | undefined;
}

async function decryptInto(run: Run): Promise<FileOutcome> {
  const { work, open, context, onProgress, signal } = run;
  const { header, format } = run.file;
  const { fileKey, unlockedBy } = run.unlocked;
  const { descriptor, facts } = open.file;
  const input = { kind: "file", descriptor, size: facts.size } as const;
  const strategy = context.strategyFor(open.source);
  const into = (file: DescribedFile, existing: ExistingPlaintext) => {
    const output = { kind: "file", descriptor: file.descriptor } as const;
    const keys = { header, format, fileKey, unlockedBy };
    return strategy.decrypt({ input, output, ...keys, existing, onProgress, signal });
  };
  const { left } = work;
  const timed = (report: Report) => withKeyTime(report, run.unlocked);
  const told = { sourceVersion: facts.version, readBack: "not asked for" } as const;
  const obstacle =
    format === "armored" ? "armored" : strategy.resumeEncryption === null ? "strategy" : null;
  if (left !== null && obstacle === null) {
    const { report } = await into(left, "compare and keep");
    return { report: timed(report), startedAnew: work.startedAnew, ...told };
  }
  const startedAnew = work.startedAnew ?? (left === null ? null : obstacle);
  const { report } = await into(await work.fresh(), "overwrite");
  return { report: timed(report), startedAnew, ...told };
}

/**
 * Returns the plaintext's length, or an upper bound if the file is armored, and closes the file.
 */
async function sizeAtMost(file: AgeFile, size: number): Promise<number> {
  if (file.format === "binary") return plaintextSize(file, size);
  await file.close();
  return Math.ceil((size / 4) * 3);
}
