import type { WritePrompts } from "../disk/writePrompts";
import type { NamedRecipient } from "../memory/memory";
import type { RecipientChange } from "./recipientChange";

/** A question for a passphrase. */
export interface PassphraseRequest {
  /** The file that it opens: an age file or an identity file. */
  readonly path: string;
  readonly purpose: "open a file" | "open an identity file";
  /** The attempt: "again" after a wrong passphrase. */
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
  /** The recipients of the next version; empty for a passphrase. */
  readonly next: readonly NamedRecipient[];
  /**
   * The present recipients of the file, if Cage has a list of them that it can encrypt to; else
   * null. If `change.certain`, the list is certain. Otherwise it is the one that applied to the
   * file when it was opened.
   */
  readonly present: readonly NamedRecipient[] | null;
  /** True if the user asked to encrypt the file anew, not to save it. */
  readonly isReencryption: boolean;
  /** The number of files of a run. Those with the same change may share the answer. */
  readonly files?: number;
}

/**
 * The recipients to encrypt to:
 * - "next": those in question,
 * - "next for all": the same for all files, only if the question has a number of files,
 * - "present": those that the file has, only if the question lists them,
 * - `chosen`: others,
 * - "cancel": nobody.
 */
export type RecipientsAnswer =
  "next" | "next for all" | "present" | "cancel" | { readonly chosen: readonly NamedRecipient[] };

/**
 * The questions that documents ask. The core never shows anything itself: its caller supplies
 * these. `null` and "cancel" mean that the user dismissed the question.
 */
export interface Prompts extends WritePrompts {
  /** Asks for a passphrase as UTF-8. The caller wipes it. */
  passphrase(request: PassphraseRequest): Promise<Uint8Array | null>;
  /** Asks whether to spend the memory and time of a work factor above 20. */
  acceptWork(path: string, logN: number): Promise<boolean>;
  /** Asks what to do about a file that has changed since it was read. */
  changedOnDisk(
    path: string,
    what: "changed" | "deleted" | "never read",
  ): Promise<"overwrite" | "reload" | "cancel">;
  /** Asks for the recipients to encrypt to. */
  confirmRecipients(question: RecipientsQuestion): Promise<RecipientsAnswer>;
  /**
   * Warns, once for each, about an identity file that others on this machine can read or change.
   */
  warnExposed(identityFile: string): void;
}
