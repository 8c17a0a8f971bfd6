import { readAgeFile } from "../../age/age";
import { AgeError } from "../../age/errors";
import type { Input, Outcome, Progress } from "../../strategies/strategy";
import type { DescribedFile } from "../disk/disk";
import type { FileOutcome } from "./fileOutcome";
import { encryptedSizeAtMost } from "../disk/freeSpace";
import { digestOf } from "../disk/digest";
import { factsOfWritten, rememberFile } from "../memory/memory";
import { comfortableSize } from "../openDocument";
import type { FileContext } from "./unfinishedStore";
import { withKeyTime } from "../questions/keyTime";
import type { Encryption } from "./encryption";
import { openSource, type OpenSource } from "./openSource";
import { headerFor, noteHeader, resumableHeader } from "./resumableHeader";
import { keyAtHand } from "../unlocking/keyAtHand";
import { isForOneOf, unverified } from "../readBack";
import { openWorkplace, type Workplace } from "./partialOutput";

/**
 * Encrypts a file into another, in bounded memory. The source stays as it is. The target gets the
 * source's permission bits, except the set-id bits, and the owner of a new file, as with other
 * programs. If an earlier run of the same work left something, it is finished if that is safe.
 *
 * @param onProgress - counts the plaintext, and counts it twice if the result is read back.
 * @throws AgeError "already-exists" unless the target may be replaced; "busy" while another run
 * writes it; "disk-full" before it writes anything, if there is no room; "changed-on-disk" or
 * "source-changed" if source or target changed after the start. The old target, if any, is
 * untouched then.
 */
export async function encryptFile(
  encryption: Encryption,
  context: FileContext,
  onProgress: Progress,
  signal?: AbortSignal,
): Promise<FileOutcome> {
  const open = await openSource(encryption, context.disk);
  try {
    const work = await workplaceOf(encryption, open, context);
    try {
      const outcome = await encryptInto({ work, encryption, open, context, onProgress, signal });
      const hash = await hashOf(outcome, signal);
      await work.finish(signal);
      await remember(open.target, hash, encryption.named, context);
      return outcome.told;
    } catch (error) {
      throw await work.giveUp(error, signal);
    }
  } finally {
    await open.file.close();
  }
}

async function workplaceOf(
  { existing, recipients, named, format, readBack, original, resumes }: Encryption,
  open: OpenSource,
  context: FileContext,
): Promise<Workplace> {
  const { size, mode } = open.file.facts;
  return openWorkplace(
    {
      open,
      existing,
      format,
      resumes,
      operation: "encrypt",
      outputSize: encryptedSizeAtMost(size, recipients.length, format),
      mode: mode & 0o777,
      rightsOf: open.source,
      prompts: context.keys.prompts,
      keeper: context.versions.keeper("encryption"),
      record: (run, previous) => {
        const header = headerFor(previous, named);
        return { operation: "encrypt", ...run, recipients: named, header, readBack, original };
      },
    },
    context,
  );
}

/** One run of an encryption, with everything it needs. */
interface Run {
  readonly work: Workplace;
  readonly encryption: Encryption;
  readonly open: OpenSource;
  readonly context: FileContext;
  readonly onProgress: Progress;
  readonly signal: AbortSignal | undefined;
}

interface Encrypted {
  readonly file: DescribedFile;
  readonly told: FileOutcome;
}

async function encryptInto(run: Run): Promise<Encrypted> {
  const { work, encryption, open, onProgress, context } = run;
  const isAsked = encryption.readBack === "compare with the source";
  // A strategy that uses a program can't resume, and its result is always read back.
  const isExpected = isAsked || context.strategyFor(open.target).resumeEncryption === null;
  const onEncrypted: Progress = (done, total) => {
    onProgress(done, isExpected ? 2 * total : total);
  };
  const { outcome, file, startedAnew } = await resumedOrNew({ ...run, onProgress: onEncrypted });
  const { report } = outcome;
  const told = { report, startedAnew, sourceVersion: open.file.facts.version };
  if (!isAsked && report.strategy === "native") {
    return { file, told: { ...told, readBack: "not asked for" } };
  }
  await work.flush();
  const isCompared = await compare(file, run);
  const readBack = isCompared ? "compared" : "no identity at hand";
  return { file, told: { ...told, readBack } };
}

interface Finished extends Pick<Encrypted, "file"> {
  readonly outcome: Outcome;
  readonly startedAnew: FileOutcome["startedAnew"];
}

/** Resumes an earlier output if it can. Otherwise it begins anew and says why. */
async function resumedOrNew(run: Run): Promise<Finished> {
  const { work, encryption, context, onProgress, signal } = run;
  const { file: source, target } = run.open;
  const { recipients, format } = encryption;
  const input = fileInput(source.descriptor, source.facts.size);
  let startedAnew = work.startedAnew;
  const { left: file } = work;
  const strategy = context.strategyFor(target);
  const { resumeEncryption } = strategy;
  if (file !== null && resumeEncryption === null) startedAnew ??= "strategy";
  else if (file !== null && resumeEncryption !== null) {
    const start = performance.now();
    const key = await resumableHeader(
      file,
      work.previous,
      encryption,
      target,
      context.keys,
      signal,
    );
    const seconds = (performance.now() - start) / 1000;
    if (key === null || typeof key === "string") startedAnew ??= key;
    else {
      try {
        const output = { kind: "file", descriptor: file.descriptor } as const;
        const job = { input, output, ...key, onProgress, signal };
        const { report, bytes } = await resumeEncryption(job);
        const timed = withKeyTime(report, { seconds });
        return { file, startedAnew, outcome: { report: timed, bytes } };
      } catch (error) {
        const reason = unusable(error);
        if (reason === null) throw error;
        startedAnew ??= reason;
      } finally {
        key.fileKey.fill(0);
      }
    }
  }
  const fresh = await work.fresh();
  const output = { kind: "file", descriptor: fresh.descriptor } as const;
  const outcome = await strategy.encrypt({
    input,
    output,
    format,
    recipients,
    onProgress,
    signal,
    onHeader: (header) => noteHeader(header, work),
  });
  return { file: fresh, startedAnew, outcome };
}

/**
 * Returns the reason to begin anew, with a new file key, after a resumption that failed: another
 * file has the same facts, or the damage is not a chunk's. Null for any other failure.
 */
function unusable(error: unknown): FileOutcome["startedAnew"] {
  if (!(error instanceof AgeError)) return null;
  if (error.code === "source-changed") return "the source changed";
  return error.code === "corrupt-payload" ? "damaged" : null;
}

/** Decrypts the result and compares it. @returns false if no key is at hand. */
async function compare(file: DescribedFile, run: Run): Promise<boolean> {
  const { onProgress, signal } = run;
  const { file: source, target } = run.open;
  const { keys, strategyFor } = run.context;
  const { identities, recipients } = run.encryption;
  const { header, format } = await headerOf(file, signal);
  const fileKey = await keyAtHand(header, target, identities, keys, signal);
  if (typeof fileKey === "string") {
    if (isForOneOf(identities, recipients)) throw unverified("your identity does not open it");
    return false;
  }
  try {
    await strategyFor(target).verify({
      plaintext: fileInput(source.descriptor, source.facts.size),
      encrypted: fileInput(file.descriptor, await file.size()),
      header,
      format,
      fileKey,
      signal,
      onProgress: (done, total) => {
        onProgress(total + done, 2 * total);
      },
    });
    return true;
  } catch (error) {
    if (!(error instanceof AgeError && error.code === "corrupt-payload")) throw error;
    throw unverified("a chunk of it is damaged");
  } finally {
    fileKey.fill(0);
  }
}

async function headerOf(file: DescribedFile, signal?: AbortSignal) {
  const read = await readAgeFile(file.stream(signal), signal);
  await read.close();
  return read;
}

function fileInput(descriptor: number, size: number): Extract<Input, { kind: "file" }> {
  return { kind: "file", descriptor, size };
}

/** Returns the digest of a file that can be opened as a document; "" for larger ones. */
async function hashOf({ file, told }: Encrypted, signal?: AbortSignal): Promise<string> {
  if (told.report.bytes > comfortableSize) return "";
  return digestOf(file.stream(signal));
}

/** Remembers a complete file. If that fails, the first save may have to ask. */
async function remember(
  target: string,
  hash: string,
  named: Encryption["named"],
  { memory }: FileContext,
): Promise<void> {
  await rememberFile(memory, target, factsOfWritten(hash, named)).catch(() => undefined);
}
