import type { AgeProgram } from "./program";
import type { LoadedPty } from "./process/pty";
import type { Owner } from "./process/processIdentity";

/** The parts of the machine and of the settings that a strategy with a program needs. */
export interface ProgramSurroundings {
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  /** Finds the program to use. @throws as `ProgramFinder.find` does. */
  readonly find: (signal?: AbortSignal) => Promise<AgeProgram>;
  readonly pty: () => LoadedPty | null;
  readonly platform: NodeJS.Platform;
  /** Tells whether programs may be started. */
  readonly isTrusted: () => boolean;
  readonly home: string;
  /** The folders that may lie in memory, in the order of preference. */
  readonly memoryParents: readonly string[];
  /** The folder for temporary files on the disk. */
  readonly diskParent: string;
  /** Tells whether documents may be staged there: `cage.streaming.allowDiskStaging`. */
  readonly allowsDiskStaging: () => boolean;
  readonly owner: Owner;
  /** Returns the number of bytes to pump at a time: `cage.streaming.bufferSize`. */
  readonly bufferSize: () => number;
  /** Returns the seconds that a program may idle before Cage ends it: `cage.age.timeoutSeconds`. */
  readonly timeoutSeconds: () => number;
}
