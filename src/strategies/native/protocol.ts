import type { Engine } from "../../age/engines/engine";
import type { AgeErrorCode, AgeErrorFacts } from "../../age/errors";
import type { ExistingPlaintext } from "../strategy";
import type { BytePlace } from "./bytePlace";
import type { RunPlan } from "./runPlan";

/** The task of a lane for each run. */
export type Task =
  /** Encrypts all chunks, or only those that `missing` marks. */
  | { readonly kind: "seal"; readonly missing: Uint8Array | null }
  | { readonly kind: "open"; readonly existing: ExistingPlaintext }
  /** Opens the chunks and compares them with the plaintext. It fails if they differ. */
  | { readonly kind: "verify" }
  /**
   * Does the same for an unfinished file. It marks the chunks that do not open in `missing`, one
   * byte each.
   */
  | { readonly kind: "find missing"; readonly missing: Uint8Array };

/** The fields of every job. All memory in them is shared between threads, or the job's own. */
interface Job {
  readonly plaintext: BytePlace;
  readonly engine: Engine;
  /** The payload key of 32 bytes. The thread that does the job wipes it. */
  readonly payloadKey: Uint8Array;
  /** The memory of the operation's control. */
  readonly control: SharedArrayBuffer;
}

/** One thread's part in an operation on a binary file. */
export interface LaneJob extends Job {
  readonly kind: "lane";
  readonly task: Task;
  readonly plan: RunPlan;
  /** The sealed chunks, which begin behind the payload's nonce. */
  readonly sealed: BytePlace;
  /** The company of other lanes. A lane alone reads ahead and writes behind. */
  readonly company: "alone" | "others";
}

/**
 * A whole operation on an armored file. No place in the file is known before everything ahead of it
 * was read.
 */
export interface StreamJob extends Job {
  readonly kind: "stream";
  readonly task:
    | { readonly kind: "encode"; readonly plaintextSize: number }
    | { readonly kind: "decode"; readonly existing: ExistingPlaintext }
    | { readonly kind: "verify" };
  /** The number of bytes of plaintext to handle at once. */
  readonly runSize: number;
  /** The armored file, from its beginning on. */
  readonly armored: BytePlace;
  /** The bytes before the sealed chunks: the header, and the payload's nonce. */
  readonly beginning: Uint8Array;
}

/** A failure on its way between threads. Its code is an AgeError's, or null for any other. */
export interface Failure {
  readonly code: AgeErrorCode | null;
  readonly message: string;
  readonly facts: AgeErrorFacts;
}

/** The answer of a worker to a job. */
export type Answer =
  | {
      readonly kind: "done";
      /** The number of bytes that a stream produced: armored ones, or plaintext. 0 for a lane. */
      readonly length: number;
    }
  | { readonly kind: "failed"; readonly failure: Failure };
