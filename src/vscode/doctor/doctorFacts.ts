import type { BackupOutlook } from "../../documents/drafts/backupOutlook";
import type { Choice, Selection } from "../../strategies/selectStrategy";
import type { Situation } from "../../strategies/situation";
import type { EngineSpeed } from "./engineSpeeds";

/** The facts that Cage: Doctor found. They hold paths and figures, but no key and no content. */
export interface DoctorFacts {
  /** "Cage 0.1.0, VS Code 1.125.0, Node 22.1.0, linux x64" */
  readonly versions: string;
  readonly situation: Situation;
  /** The age and rage programs on the PATH, but for the one that is used. */
  readonly otherPrograms: readonly OtherProgram[];
  /** Paths of plugins. */
  readonly plugins: readonly string[];
  /** Whose node-pty it is; null where there is none. */
  readonly pty: string | null;
  readonly staging: StagingFacts;
  readonly engine: string;
  readonly speeds: readonly EngineSpeed[];
  readonly choice: Choice;
  /** The clause that tells who made the choice, for the end of a sentence. */
  readonly chooser: string;
  /** The outcome of the choice for documents. */
  readonly forKeys: Selection;
  readonly forPassphrases: Selection;
  /** The invalid value that somebody set as a strategy; null if all is well. */
  readonly wrongStrategy: string | null;
  readonly keyring: "locked" | "unlocked";
  readonly identities: IdentityFacts;
  /** The recipients that the file at hand would be saved to; null without a file. */
  readonly recipients: RecipientFacts | null;
  readonly unfinished: number;
  readonly keptVersions: VersionFacts;
  /** `cage.audit.file`; empty for none. */
  readonly auditFile: string;
  readonly backups: BackupOutlook;
  /** True if VS Code tries to back unsaved text up when the window closes. */
  readonly hotExit: boolean;
}

/** A program beside the one that is used. */
export interface OtherProgram {
  readonly path: string;
  /**
   * "age 1.1.1", "tells no version", or why it was not started; null where no program is started.
   */
  readonly says: string | null;
}

/** Paths of private folders that nobody is known to use. */
export interface StagingFacts {
  /** The folders that a window removes when it starts. */
  readonly left: readonly string[];
  /** Those of processes that nobody here can ask about. */
  readonly unknown: readonly string[];
}

/** The result of a search for identities. */
export interface IdentityFacts {
  /** The path of each identity. */
  readonly found: readonly string[];
  /** Files that a passphrase encrypts, and whether they were opened and found to be such. */
  readonly encrypted: readonly { readonly path: string; readonly isKnown: boolean }[];
  /** "/h/id holds 1 SSH key, which this version can't use" */
  readonly unsupported: readonly string[];
  readonly problems: readonly string[];
  /** Files that others can read or change. */
  readonly exposed: readonly string[];
}

/** The recipients of a file's next version. */
export interface RecipientFacts {
  readonly file: string;
  /** "3, from the recipients file /w/.age-recipients", or why they are not known. */
  readonly text: string;
  readonly isProblem: boolean;
}

/** The replaced versions that are kept. */
export interface VersionFacts {
  /** The rule as it is set. */
  readonly rule: string;
  readonly isWrong: boolean;
  readonly folder: string;
  readonly count: number;
  readonly faulty: number;
  readonly bytes: number;
  /** The reason why the folder can't be read; null if it can. */
  readonly problem: string | null;
}
