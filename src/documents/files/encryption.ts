import type { Format } from "../../age/age";
import type { Identity, Recipient } from "../../age/identity";
import type { NamedRecipient } from "../memory/memory";
import type { SourceAndTarget } from "./openSource";
import type { Original, ReadBack, UnfinishedOperation } from "./unfinishedRecord";

/** A file to encrypt, and whom for. */
export interface Encryption extends SourceAndTarget {
  readonly recipients: readonly Recipient[];
  /** The recipients by name, to be remembered with the file; null for a passphrase. */
  readonly named: readonly NamedRecipient[] | null;
  readonly format: Format;
  /** Identities that should open the result: with them it is resumed, and read back. */
  readonly identities: readonly Identity[];
  /**
   * The way in which the result is read back before it gets its name. The result of a program is
   * always decrypted and compared if a key is at hand.
   */
  readonly readBack: ReadBack;
  /** The caller's plan for the source; written down, so that a resumed run does it too. */
  readonly original: Original;
  /** The record that was offered to be resumed: if it is not there any more, nothing is done. */
  readonly resumes?: UnfinishedOperation;
}
