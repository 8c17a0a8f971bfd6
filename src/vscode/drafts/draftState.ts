import type { AgeErrorCode } from "../../age/errors";

/** The state of a document's draft, for the status bar. */
export type DraftState = { readonly kind: "kept"; readonly at: Date } | FailedDraft;

/** The state of unsaved text of which no draft could be made. */
export interface FailedDraft {
  readonly kind: "failed";
  readonly code: AgeErrorCode | "unknown";
}
