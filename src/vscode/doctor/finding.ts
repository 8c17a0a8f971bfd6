/** The severity of a finding. Only a problem keeps something that the user chose from working. */
export type Severity = "ok" | "note" | "problem";

/** A line of Doctor's report, with its next step. */
export interface Finding {
  readonly severity: Severity;
  readonly subject: string;
  readonly text: string;
  /** The next thing to do, as a sentence. */
  readonly next?: string;
}
