import type { Damage } from "./damage";
import type { SystemFault } from "./systemFault";

/**
 * A closed list of everything that can go wrong in Cage. The user interface has one text with a
 * next step for each code, and tests assert codes, never texts.
 */
export type AgeErrorCode =
  // The file (age.md; the classes of the CCTV vectors).
  | "not-age"
  | "empty-file"
  | "unsupported-version"
  | "invalid-header"
  | "invalid-armor"
  | "invalid-mac"
  | "corrupt-payload"
  | "no-identity-match"
  | "incorrect-passphrase"
  | "excessive-work"
  // Identities and recipients.
  | "invalid-identity"
  | "unsupported-identity"
  | "invalid-recipient"
  | "unsupported-recipient"
  | "incompatible-recipients"
  | "no-recipients"
  | "invalid-glob"
  | "unreadable-identity-file"
  | "unreadable-recipients-file"
  // Documents and files.
  | "unknown-suffix"
  | "encrypted-name"
  | "locked"
  | "dismissed"
  | "not-found"
  | "unusable-path"
  | "already-exists"
  | "busy"
  | "no-permission"
  | "disk-full"
  | "changed-on-disk"
  | "cannot-replace"
  | "unverified-candidate"
  | "invalid-draft"
  | "too-large"
  | "write-failed"
  | "read-failed"
  | "source-changed"
  | "worker-failed"
  // Programs of the format, and the strategies that use them.
  | "program-not-found"
  | "program-failed"
  | "timed-out"
  | "strategy-unable";

/** The facts about a failure that a user interface can build on. They never hold a secret. */
export interface AgeErrorFacts {
  /** The types of the stanzas in the file's header, grease left out. */
  readonly stanzaTypes?: readonly string[];
  /** The identity files that were tried, each as the end of a sentence that says why it failed. */
  readonly tried?: readonly string[];
  /** The scrypt work factor that the file asks for, as an exponent. */
  readonly logN?: number;
  /** The file that the failure is about. */
  readonly path?: string;
  /** The line in that file, counted from 1. */
  readonly line?: number;
  /** The failure of the system, where a next step follows from it. */
  readonly fault?: SystemFault;
  /** The thing that changed, where a next step follows from it. */
  readonly change?: Change;
  /** The damage that the file's bytes show, or the other thing that they are. */
  readonly damage?: Damage;
  /** The number of bytes of free space that are missing. */
  readonly missingBytes?: number;
  /** True if a retry goes on from the work so far, which is still there. */
  readonly isResumable?: boolean;
  /** The process that works on the file. */
  readonly holder?: Holder;
  /** True if the user was asked, and declined. */
  readonly isDeclined?: boolean;
}

/** A thing that changed meanwhile, so that Cage stopped before it wrote anything. */
export type Change =
  /** The file that an editor saves. */
  | "saved file"
  /** A kept version of a file, which is damaged or not what its manifest says. */
  | "kept version"
  /** The text in the editor, which would take the place of a restored version. */
  | "edited text"
  /** The target of an unfinished operation: a link has its name. */
  | "link at target";

/** A process that works on a file, as its record names it. */
export interface Holder {
  readonly pid: number;
  /** The name of its machine or container. */
  readonly host: string;
  /** The time at which it began, in milliseconds since 1970; null where nobody noted it. */
  readonly since: number | null;
  /** True if it is known to run; nobody can look into another machine or container. */
  readonly isAlive: boolean;
}

/**
 * The one error class of Cage. The message says what happened, in lower case and without a final
 * period. It never contains a passphrase, an identity, a key or plaintext. The user interface adds
 * what to do next.
 */
export class AgeError extends Error {
  override readonly name = "AgeError";

  constructor(
    readonly code: AgeErrorCode,
    message: string,
    readonly facts: AgeErrorFacts = {},
  ) {
    super(message);
  }
}

/** Tells whether a file or a draft is itself at fault, so that no key would open it. */
export function isDamage(error: unknown): error is AgeError {
  return error instanceof AgeError && ofDamage.has(error.code);
}

const ofDamage: ReadonlySet<AgeErrorCode> = new Set([
  "not-age",
  "empty-file",
  "unsupported-version",
  "invalid-header",
  "invalid-armor",
  "invalid-mac",
  "corrupt-payload",
  "invalid-draft",
]);

/** Tells whether the user cancelled: the signal that ended the work had no reason of its own. */
export function isCancelled(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** Tells whether the user was asked before the work, and declined it. */
export function isDeclined(error: unknown): boolean {
  return (
    error instanceof AgeError && (error.code === "dismissed" || error.facts.isDeclined === true)
  );
}
