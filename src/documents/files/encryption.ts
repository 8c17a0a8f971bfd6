import type { Format } from "../../age/age";
import type { Identity, Recipient } from "../../age/identity";
import type { NamedRecipient } from "../memory/memory";
import type { SourceAndTarget } from "./openSource";
import type { Original, ReadBack, UnfinishedOperation } from "./unfinishedRecord";

/** A file to encrypt, and its recipients. */
export interface Encryption extends SourceAndTarget {
  readonly recipients: readonly Recipient[];
  /** The recipients by name, to be remembered with the file; null for a passphrase. */
  readonly named: readonly NamedRecipient[] | null;
  readonly format: Format;
  /** The identities that should open the result. A resumption and the read-back use them. */
  readonly identities: readonly Identity[];
  /**
   * The way to read back the result before it gets its name. The result of a program is always
   * decrypted and compared if a key is at hand.
   */
  readonly readBack: ReadBack;
  /**
   * The caller's plan for the source. The record keeps it, so that a resumed run follows it, too.
   */
  readonly original: Original;
  /** The record that Cage offered to resume. If it no longer exists, nothing is done. */
  readonly resumes?: UnfinishedOperation;
}
