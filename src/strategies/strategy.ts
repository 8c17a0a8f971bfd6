import type { Format, Header } from "../age/age";
import type { Recipient } from "../age/identity";
import type { ProgramIdentity } from "../age/identity";

/** The way in which bytes are encrypted and decrypted. */
export type StrategyName = "native" | "pipe" | "tempfile";

/** The record of one operation, for the status bar and the log. It holds no secret and no path. */
export interface Report {
  readonly operation: "encrypt" | "decrypt";
  readonly strategy: StrategyName;
  /**
   * The engine that computed ChaCha20-Poly1305 ("openssl"), or a program and its version ("age
   * 1.1.1").
   */
  readonly engine: string;
  /** The number of threads that computed. */
  readonly threads: number;
  /** The plaintext's length in bytes. */
  readonly bytes: number;
  /** The number of these bytes that an earlier run had done already; they were verified. */
  readonly resumedBytes: number;
  /**
   * Wall-clock time from the start to the last byte written, in seconds. It counts the time that
   * the key of a file took to be found, and not the user's.
   */
  readonly seconds: number;
  /**
   * Why this strategy was taken, as a sentence's end ("it supports everything that this file
   * needs"). The strategies themselves leave it empty; whoever chooses among them fills it in.
   */
  readonly reason: string;
  /**
   * The ways that were to be taken first, and why they were not; each a sentence without its stop.
   */
  readonly fallbacks: readonly string[];
  /** The number of bytes that were read or pumped at a time. */
  readonly bufferSize: number;
  /** The recipients of what was encrypted, as far as known here: see `recipientDigests`. */
  readonly recipients?: readonly string[];
}

/** A source of bytes: an open file, or memory. */
export type Input =
  | { readonly kind: "file"; readonly descriptor: number; readonly size: number }
  | { readonly kind: "memory"; readonly bytes: Uint8Array };

/** A target of bytes: an open file, from its beginning on, or memory of the exact size. */
export type Output =
  { readonly kind: "file"; readonly descriptor: number } | { readonly kind: "memory" };

/** Told how many bytes of the plaintext are done, out of how many. */
export type Progress = (done: number, total: number) => void;

/** An encryption job. Descriptors stay the caller's and open; the output must be readable too. */
export interface EncryptJob {
  readonly input: Input;
  readonly output: Output;
  readonly format: Format;
  readonly recipients: readonly Recipient[];
  /** Told of the header before anything is written; the work waits for it, and fails if it does. */
  readonly onHeader?: ((header: Header) => Promise<void>) | undefined;
  readonly onProgress?: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** An unfinished encryption that is to be finished: the output holds a header and some chunks. */
export interface ResumeEncryptJob {
  readonly input: Extract<Input, { kind: "file" }>;
  readonly output: Extract<Output, { kind: "file" }>;
  /** The header that the output begins with, and its file key, which the caller wipes. */
  readonly header: Header;
  readonly fileKey: Uint8Array;
  readonly onProgress?: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** The treatment of plaintext that an output holds already; what is kept is compared first. */
export type ExistingPlaintext = "overwrite" | "compare and keep";

/** A decryption job. */
export interface DecryptJob {
  readonly input: Input;
  readonly output: Output;
  readonly header: Header;
  readonly format: Format;
  /** The file key, which the caller wipes. */
  readonly fileKey: Uint8Array;
  /** The treatment of the plaintext of an earlier run, if the output holds some. */
  readonly existing?: ExistingPlaintext;
  readonly onProgress?: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** The same for a strategy that may have a program do it, which unwraps the file key again. */
export interface UnlockedJob extends DecryptJob {
  /** The key that unwrapped the file key; the caller wipes it. */
  readonly unlockedBy: ProgramIdentity;
}

/** The outcome of an operation. */
export interface Outcome {
  readonly report: Report;
  /** The bytes that went to memory, in a buffer of their own of the exact size; null for a file. */
  readonly bytes: Uint8Array | null;
}

/**
 * One way of moving bytes. Failures are AgeErrors with the codes of the payload
 * ("corrupt-payload"), the disk ("disk-full", "no-permission", "write-failed"), "source-changed"
 * and "worker-failed"; an abort rejects with the signal's reason. What an output file holds after a
 * failure is unfinished: it is the caller's to remove or to resume, and must not have its final
 * name yet.
 */
export interface Strategy {
  encrypt(job: EncryptJob): Promise<Outcome>;
  decrypt(job: UnlockedJob): Promise<Outcome>;
  /**
   * Finishes an encryption; null where that can't be done. Chunks that are there are opened and
   * compared with the source; what does not open is sealed again, which is safe only while the
   * source is byte for byte what it was.
   *
   * @throws AgeError "source-changed" if a chunk opens to something else than the source holds: no
   * chunk may ever be sealed twice with different content under one file key.
   */
  readonly resumeEncryption: ((job: ResumeEncryptJob) => Promise<Outcome>) | null;
  /**
   * Reads an encrypted file back and compares it with its source, without writing.
   *
   * @throws AgeError "unverified-candidate" where they differ.
   */
  verify(job: VerifyJob): Promise<Outcome>;
}

/** A strategy that always can resume. */
export interface ResumableStrategy extends Strategy {
  readonly resumeEncryption: (job: ResumeEncryptJob) => Promise<Outcome>;
}

/** An encrypted file and the plaintext that it should hold. */
export interface VerifyJob {
  readonly plaintext: Extract<Input, { kind: "file" }>;
  readonly encrypted: Extract<Input, { kind: "file" }>;
  readonly header: Header;
  readonly format: Format;
  readonly fileKey: Uint8Array;
  readonly onProgress?: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** Throughput of a report in megabytes (10⁶ bytes) a second; what was resumed does not count. */
export function megabytesPerSecond(report: Report): number {
  return (report.bytes - report.resumedBytes) / 1e6 / Math.max(report.seconds, 1e-6);
}
