import type { AgeFile, Format, Recipient, Source } from "../age/age";

/** How bytes are encrypted and decrypted. */
export type StrategyName = "native";

/** What one operation did, for the status bar and the log. It holds no secret and no path. */
export interface Report {
  readonly operation: "encrypt" | "decrypt";
  readonly strategy: StrategyName;
  /** What computed ChaCha20-Poly1305. */
  readonly engine: string;
  /** The plaintext's length in bytes. */
  readonly bytes: number;
  /** Wall-clock time from the first byte asked for to the last one handed out, in seconds. */
  readonly seconds: number;
  /** Why this strategy was taken, as a sentence's end ("it supports everything this file needs"). */
  readonly reason: string;
}

/** A running operation: the bytes that it makes, and what it did once they are all read. */
export interface Operation {
  readonly output: AsyncIterable<Uint8Array>;
  /** The report; to be asked for when `output` has ended. */
  report(): Report;
}

/** One way of moving bytes. Nothing starts before the operation's output is read. */
export interface Strategy {
  readonly name: StrategyName;
  /** Encrypts a source to recipients, with a fresh file key. */
  encrypt(
    source: Source,
    recipients: readonly Recipient[],
    format: Format,
    signal?: AbortSignal,
  ): Operation;
  /** Decrypts the payload of a file whose file key has been unwrapped; the caller wipes the key. */
  decrypt(file: AgeFile, fileKey: Uint8Array, signal?: AbortSignal): Operation;
}

/** Throughput of a report in megabytes (10⁶ bytes) a second. */
export function megabytesPerSecond(report: Report): number {
  return report.bytes / 1e6 / Math.max(report.seconds, 1e-6);
}
