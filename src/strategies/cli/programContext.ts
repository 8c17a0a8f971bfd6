import type { AgeProgram } from "./program";
import type { LoadedPty } from "./process/pty";
import type { Owner } from "./process/processIdentity";

/** The machine and the settings, as the strategies that run a program need them. */
export interface ProgramSurroundings {
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  /** The program that is used. @throws as `ProgramFinder.find` does. */
  readonly find: (signal?: AbortSignal) => Promise<AgeProgram>;
  readonly pty: () => LoadedPty | null;
  readonly platform: NodeJS.Platform;
  /** Tells whether programs may be started. */
  readonly isTrusted: () => boolean;
  readonly home: string;
  /** Folders that may lie in memory, in the order of preference. */
  readonly memoryParents: readonly string[];
  /** The folder for temporary files on the disk. */
  readonly diskParent: string;
  /** Tells whether documents may be staged there: `cage.streaming.allowDiskStaging`. */
  readonly allowsDiskStaging: () => boolean;
  readonly owner: Owner;
  /** Returns the number of bytes that are pumped at a time: `cage.streaming.bufferSize`. */
  readonly bufferSize: () => number;
  /** Returns the seconds that a program may idle before it is ended: `cage.age.timeoutSeconds`. */
  readonly timeoutSeconds: () => number;
}
