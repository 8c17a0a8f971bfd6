import type { DescribedFile } from "./disk";
import type { ReplacedVersion } from "./replacedVersion";

/** Keeps the version of a file that is about to be replaced. */
export interface VersionKeeper {
  /**
   * Keeps a version if it is an age file and the rules want it. A failure of the disk is told, and
   * never stops the write.
   *
   * @param target - the real path.
   * @param old - the file that holds the version.
   * @param replaces - the version: what is not it any more after it was copied is not kept.
   */
  keep(target: string, old: DescribedFile, replaces: ReplacedVersion): Promise<void>;
  /** Begins to remove what the rules keep no longer. Nobody waits for it. */
  pruneSoon(): void;
}
