import type { Report } from "../../strategies/strategy";

/** Why the work of an earlier run could not be used. */
export type StartedAnew =
  | "the source changed"
  | "other recipients"
  | "no identity at hand"
  | "armored"
  /** The chosen strategy has a program do the work, which can't resume. */
  | "strategy"
  | "damaged"
  /**
   * The partial is a link, or somebody else's, or its file system has no modes that keep it
   * private.
   */
  | "not private"
  /** Nothing vouches for the partial's header: whom it is for can't be known. */
  | "not on record";

/** The outcome of an operation on a file. */
export interface FileOutcome {
  readonly report: Report;
  /** Why the work of an earlier run was thrown away; null when there was none, or it was used. */
  readonly startedAnew: StartedAnew | null;
  /** The version of the source that was read, as its facts tell it. */
  readonly sourceVersion: string;
  /** The result of the read-back, which decrypts the output and compares it with the source. */
  readonly readBack: "compared" | "no identity at hand" | "not asked for";
}
