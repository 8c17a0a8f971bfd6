import type { WritePrompts } from "../disk/writePrompts";
import type { NamedRecipient } from "../memory/memory";
import type { RecipientChange } from "./recipientChange";

/** A question for a passphrase. */
export interface PassphraseRequest {
  /** The file that it opens: an age file or an identity file. */
  readonly path: string;
  readonly purpose: "open a file" | "open an identity file";
  /** "again" after a wrong passphrase. */
  readonly attempt: "first" | "again";
}

/** The origin of a list of recipients. */
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
   * The recipients that the file has, where there is a list of them that can be encrypted to: known
   * for certain if `change.certain`, else the one that spoke for the file when it was opened. Null
   * if none.
   */
  readonly present: readonly NamedRecipient[] | null;
  /** True where the user asked for fresh encryption, not for a save. */
  readonly isReencryption: boolean;
  /** The number of files of a run, where those with the same change may share the answer. */
  readonly files?: number;
}

/**
 * The recipients to encrypt to: the next ones (for all is an answer only where the question names a
 * number of files), the present ones, others, or nobody.
 */
export type RecipientsAnswer =
  "next" | "next for all" | "present" | "cancel" | { readonly chosen: readonly NamedRecipient[] };

/**
 * The questions that documents ask. The core never shows anything itself: it is handed these.
 * `null` and "cancel" mean that the user dismissed the question.
 */
export interface Prompts extends WritePrompts {
  /** Asks for a passphrase as UTF-8. The caller wipes it. */
  passphrase(request: PassphraseRequest): Promise<Uint8Array | null>;
  /** Asks whether to spend the memory and time of a work factor above 20. */
  acceptWork(path: string, logN: number): Promise<boolean>;
  /** Asks what to do about a file that is not what it was when it was read. */
  changedOnDisk(
    path: string,
    what: "changed" | "deleted" | "never read",
  ): Promise<"overwrite" | "reload" | "cancel">;
  /** Asks whom to encrypt to. "present" is an answer only where the question has such a list. */
  confirmRecipients(question: RecipientsQuestion): Promise<RecipientsAnswer>;
  /** Tells, once for each, of an identity file that others on this machine can read or change. */
  warnExposed(identityFile: string): void;
}
