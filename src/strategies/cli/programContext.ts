import type { AgeProgram } from "./program";
import type { LoadedPty } from "./process/pty";
import type { Owner } from "./process/processIdentity";

/** What the strategies that run a program need of this machine and of the settings. */
export interface ProgramSurroundings {
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  /** The program that is used. @throws as `ProgramFinder.find` does. */
  readonly find: (signal?: AbortSignal) => Promise<AgeProgram>;
  readonly pty: () => LoadedPty | null;
  readonly platform: NodeJS.Platform;
  /** Whether programs may be started. */
  readonly isTrusted: () => boolean;
  readonly home: string;
  /** Folders that may lie in memory, in the order of preference. */
  readonly memoryParents: readonly string[];
  /** Where temporary files go on the disk. */
  readonly diskParent: string;
  /** Whether documents may be staged there: `cage.streaming.allowDiskStaging`. */
  readonly allowsDiskStaging: () => boolean;
  readonly owner: Owner;
  /** How many bytes are pumped at a time: `cage.streaming.bufferSize`. */
  readonly bufferSize: () => number;
  /** How many seconds a program may do nothing before it is ended: `cage.age.timeoutSeconds`. */
  readonly timeoutSeconds: () => number;
}
