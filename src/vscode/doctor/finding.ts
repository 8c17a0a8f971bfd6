/** How a finding is to be taken: only a problem keeps something that was chosen from working. */
export type Severity = "ok" | "note" | "problem";

/** One line of what Doctor found. */
export interface Finding {
  readonly severity: Severity;
  readonly subject: string;
  readonly text: string;
  /** What to do next, as a sentence. */
  readonly next?: string;
}
