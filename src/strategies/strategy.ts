import type { Format, Header } from "../age/age";
import type { ProgramIdentity, Recipient } from "../age/identity";

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
  /** The number of these bytes that an earlier run had done already. Cage verified them. */
  readonly resumedBytes: number;
  /**
   * The wall-clock time from the start to the last byte written, in seconds. It includes the search
   * for a file's key, but not the time that the user took to answer.
   */
  readonly seconds: number;
  /**
   * The reason for this strategy, as the end of a sentence ("it supports everything this file
   * needs"). The strategies themselves leave it empty. The selection fills it in.
   */
  readonly reason: string;
  /**
   * The ways that came first but were not taken, and the reasons. Each is a sentence without its
   * stop.
   */
  readonly fallbacks: readonly string[];
  /** The number of bytes read or pumped at a time. */
  readonly bufferSize: number;
  /** The recipients of an encrypted file, as far as known here: see `recipientDigests`. */
  readonly recipients?: readonly string[];
}

/** A source of bytes: an open file, or memory. */
export type Input =
  | { readonly kind: "file"; readonly descriptor: number; readonly size: number }
  | { readonly kind: "memory"; readonly bytes: Uint8Array };

/** A target of bytes: an open file, from its beginning on, or memory of the exact size. */
export type Output =
  { readonly kind: "file"; readonly descriptor: number } | { readonly kind: "memory" };

/** A listener for the number of bytes of the plaintext that are done, and for their total. */
export type Progress = (done: number, total: number) => void;

/** An encryption job. The caller keeps descriptors open. The output must be readable too. */
export interface EncryptJob {
  readonly input: Input;
  readonly output: Output;
  readonly format: Format;
  readonly recipients: readonly Recipient[];
  /** Gets the header before anything is written. The work waits for it, and fails if it fails. */
  readonly onHeader?: ((header: Header) => Promise<void>) | undefined;
  readonly onProgress?: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** A job to finish an unfinished encryption, whose output holds a header and some chunks. */
export interface ResumeEncryptJob {
  readonly input: Extract<Input, { kind: "file" }>;
  readonly output: Extract<Output, { kind: "file" }>;
  /** The header of the output, and its file key, which the caller wipes. */
  readonly header: Header;
  readonly fileKey: Uint8Array;
  readonly onProgress?: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** The treatment of plaintext that an output holds already. It is compared before it is kept. */
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

/** A decryption job for a strategy by a program, which unwraps the file key again. */
export interface UnlockedJob extends DecryptJob {
  /** The key that unwrapped the file key. The caller wipes it. */
  readonly unlockedBy: ProgramIdentity;
}

/** The outcome of an operation. */
export interface Outcome {
  readonly report: Report;
  /** The bytes of an output in memory, in a new buffer of the exact size; null for a file. */
  readonly bytes: Uint8Array | null;
}

/**
 * A way to encrypt and decrypt. It fails with an AgeError:
 *
 * - of the payload ("corrupt-payload"),
 * - of the disk ("disk-full", "no-permission", "write-failed", "read-failed"), or
 * - "source-changed" or "worker-failed".
 *
 * An abort rejects with the signal's reason. After a failure an output file is unfinished: the
 * caller removes or resumes it, and must not have given it its final name yet.
 */
export interface Strategy {
  encrypt(job: EncryptJob): Promise<Outcome>;
  decrypt(job: UnlockedJob): Promise<Outcome>;
  /**
   * Finishes an encryption; null if the strategy can't. It opens the chunks that are there and
   * compares them with the source. It seals again those that do not open: this is safe only while
   * the source is byte for byte the same.
   *
   * @throws AgeError "source-changed" if a chunk opens to something other than the source: no chunk
   * may ever be sealed twice with different content under one file key.
   */
  readonly resumeEncryption: ((job: ResumeEncryptJob) => Promise<Outcome>) | null;
  /**
   * Reads an encrypted file back and compares it with its source, without writing.
   *
   * @throws AgeError "unverified-candidate" if they differ.
   */
  verify(job: VerifyJob): Promise<Outcome>;
}

/** A strategy that can always resume. */
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

/** Computes a report's throughput in megabytes (10⁶ bytes) a second, without resumed bytes. */
export function megabytesPerSecond(report: Report): number {
  return (report.bytes - report.resumedBytes) / 1e6 / Math.max(report.seconds, 1e-6);
}
