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
import type { Asking } from "../questions/keySources";
import { unlock } from "../unlocking/unlock";
import { wipeUnlocked, type Unlocked } from "../unlocking/unlocked";
import { openWorkplace, type Workplace } from "./partialOutput";

/** A file to decrypt to the disk. */
export interface Decryption extends SourceAndTarget {
  /** The record that was offered to be resumed: if it is not there any more, nothing is done. */
  readonly resumes?: UnfinishedOperation;
  /** "never" where a lock came since the work began: then nothing is asked, nor Cage unlocked. */
  readonly asking?: Asking;
}

/**
 * Decrypts a file into another, in bounded memory. The target gets its name only when all of it is
 * verified, and is for its owner only (mode 0600), whoever may read the encrypted file. The
 * plaintext that an earlier run of the same work left is compared, and kept where it is right.
 *
 * @param onProgress - counts the plaintext.
 * @throws AgeError "encrypted-name" for a target that is named as an encrypted file, before
 * anything else; as `unlock` and the payload do, and as `encryptFile` does for source and target.
 * The old target is left, or none, then.
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
    // A link may lead to another name.
    refusePlaintextAt(open.target);
    const { size } = open.file.facts;
    const file = await readAgeFile(open.file.stream(signal), signal);
    const outputSize = await sizeAtMost(file, size);
    unlocked = await unlock(file, source, context.keys, asking, signal);
    const { mac: headerMac } = file.header;
    const work = await openWorkplace(
      {
        ...({ open, existing, headerMac, outputSize, operation: "decrypt" } as const),
        ...{ mode: 0o600, rightsOf: null, prompts: context.keys.prompts },
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

/** Names the damage that a failure is of, if the file tells. */
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
  // A cause that can't be found out is no failure of its own.
  const named = withPayloadDamage(error, file, fileKey, readStart, signal);
  return named.catch(() => error);
}

/** One run of a decryption, with all it works on. */
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

/** Reads the plaintext's length, or a bound for it if the text is armored. Closes it. */
async function sizeAtMost(file: AgeFile, size: number): Promise<number> {
  if (file.format === "binary") return plaintextSize(file, size);
  await file.close();
  return Math.ceil((size / 4) * 3);
}
