import type { NamedRecipient } from "./memory";
import type { RecipientChange } from "./recipientGuard";

/** What a passphrase is asked for. */
export interface PassphraseRequest {
  /** The file that it opens: an age file or an identity file. */
  readonly path: string;
  readonly purpose: "open a file" | "open an identity file";
  /** Whether the passphrase given just before was wrong. */
  readonly attempt: "first" | "again";
}

/** Where a list of recipients comes from. */
export interface RecipientsOrigin {
  readonly kind: "recipients-file" | "rules" | "remembered" | "identity" | "passphrase";
  /** The recipients file, or the rule's glob; the document's own path for the other kinds. */
  readonly place: string;
}

/** A question about the recipients of the version that is about to be written. */
export interface RecipientsQuestion {
  readonly path: string;
  readonly origin: RecipientsOrigin;
  readonly change: RecipientChange;
  /** Empty for a passphrase. */
  readonly next: readonly NamedRecipient[];
  /**
   * The recipients that the file has, where there is a list of them that can be encrypted to: known for
   * certain if `change.certain`, else the one that spoke for the file when it was opened. Null if none.
   */
  readonly present: readonly NamedRecipient[] | null;
}

/** For whom to encrypt: the next recipients, the present ones, or nobody. */
export type RecipientsAnswer = "next" | "present" | "cancel";

/**
 * The questions that documents ask. The core never shows anything itself: it is handed these. `null`
 * and "cancel" mean that the user dismissed the question.
 */
export interface Prompts {
  /** The passphrase as UTF-8; the caller wipes it. */
  passphrase(request: PassphraseRequest): Promise<Uint8Array | null>;
  /** Whether to spend the memory and time of a work factor above 20. */
  acceptWork(path: string, logN: number): Promise<boolean>;
  /** What to do about a file that is not what it was when it was read. */
  changedOnDisk(
    path: string,
    what: "changed" | "deleted" | "never read",
  ): Promise<"overwrite" | "reload" | "cancel">;
  /** Whom to encrypt to. "present" is an answer only where the question has such a list. */
  confirmRecipients(question: RecipientsQuestion): Promise<RecipientsAnswer>;
  /** Tells, once for each, of an identity file that others on this machine can read. */
  warnExposed(identityFile: string): void;
}
