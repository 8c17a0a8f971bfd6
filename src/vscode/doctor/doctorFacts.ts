import type { BackupOutlook } from "../../documents/drafts/backupOutlook";
import type { Choice, Selection } from "../../strategies/selectStrategy";
import type { Situation } from "../../strategies/situation";
import type { EngineSpeed } from "./engineSpeeds";

/** The facts that Cage: Doctor found: paths and figures, but no key and no content. */
export interface DoctorFacts {
  /** The versions: "Cage 0.1.0, VS Code 1.125.0, Node 22.1.0, linux x64". */
  readonly versions: string;
  readonly situation: Situation;
  /** The age and rage programs on the PATH, except the one in use. */
  readonly otherPrograms: readonly OtherProgram[];
  /** The paths of plugins. */
  readonly plugins: readonly string[];
  /** The owner of the node-pty that Cage uses; null if there is none. */
  readonly pty: string | null;
  readonly staging: StagingFacts;
  readonly engine: string;
  readonly speeds: readonly EngineSpeed[];
  readonly choice: Choice;
  /** The clause that says who made the choice, for the end of a sentence. */
  readonly chooser: string;
  /** The outcome of the choice for documents. */
  readonly forKeys: Selection;
  readonly forPassphrases: Selection;
  /** The invalid value that is set as a strategy; null if there is none. */
  readonly wrongStrategy: string | null;
  readonly keyring: "locked" | "unlocked";
  readonly identities: IdentityFacts;
  /** The recipients that the file at hand would be saved for; null without a file. */
  readonly recipients: RecipientFacts | null;
  readonly unfinished: number;
  readonly keptVersions: VersionFacts;
  /** The setting `cage.audit.file`; empty for none. */
  readonly auditFile: string;
  readonly backups: BackupOutlook;
  /** True if VS Code tries to back unsaved text up when the window closes. */
  readonly hotExit: boolean;
}

/** A program beside the one in use. */
export interface OtherProgram {
  readonly path: string;
  /**
   * The program's answer: "age 1.1.1", "unknown version", or why it was not started. Null if no
   * program may be started.
   */
  readonly says: string | null;
}

/** The paths of private folders that are not known to be in use. */
export interface StagingFacts {
  /** The folders that a window removes when it starts. */
  readonly left: readonly string[];
  /** The folders of processes that can't be checked from here. */
  readonly unknown: readonly string[];
}

/** The result of a search for identities. */
export interface IdentityFacts {
  /** The path of each identity. */
  readonly found: readonly string[];
  /** The files that a passphrase encrypts; `isKnown` if they were opened and held identities. */
  readonly encrypted: readonly { readonly path: string; readonly isKnown: boolean }[];
  /** The files without a usable identity: "/h/id holds 1 SSH key, which this version can't use". */
  readonly unsupported: readonly string[];
  readonly problems: readonly string[];
  /** The files that others can read or change. */
  readonly exposed: readonly string[];
}

/** The recipients of a file's next version. */
export interface RecipientFacts {
  readonly file: string;
  /** The recipients, such as "3, named by /w/.age-recipients", or why they are not known. */
  readonly text: string;
  readonly isProblem: boolean;
}

/** The replaced versions that are kept. */
export interface VersionFacts {
  /** The rule as the setting has it. */
  readonly rule: string;
  readonly isWrong: boolean;
  readonly folder: string;
  readonly count: number;
  readonly faulty: number;
  readonly bytes: number;
  /** The reason why the folder can't be read; null if it can. */
  readonly problem: string | null;
}
