import type { Report } from "../../strategies/strategy";

/** The reason why the work of an earlier run could not be used. */
export type StartedAnew =
  | "the source changed"
  | "other recipients"
  | "no identity at hand"
  | "armored"
  /** The chosen strategy uses a program, which can't resume. */
  | "strategy"
  | "damaged"
  /**
   * The partial is a link, or somebody else's, or its file system has no modes to keep it private.
   */
  | "not private"
  /** No record vouches for the partial's header, so its recipients are unknown. */
  | "not on record";

/** The outcome of an operation on a file. */
export interface FileOutcome {
  readonly report: Report;
  /**
   * The reason why an earlier run's work was thrown away; null if there was no such work, or it was
   * used.
   */
  readonly startedAnew: StartedAnew | null;
  /** The version of the source that was read (`FileFacts.version`). */
  readonly sourceVersion: string;
  /** The result of the read-back, which decrypts the output and compares it with the source. */
  readonly readBack: "compared" | "no identity at hand" | "not asked for";
}
