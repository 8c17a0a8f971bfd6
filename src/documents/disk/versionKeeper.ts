import type { DescribedFile } from "./disk";
import type { ReplacedVersion } from "./replacedVersion";

/** The keeper of versions that are about to be replaced. */
export interface VersionKeeper {
  /**
   * Keeps a version if it is an age file and the rules want it. A failure of the disk is reported,
   * but never stops the write.
   *
   * @param target - the real path.
   * @param old - the file that holds the version.
   * @param replaces - the version. A copy that turns out to hold another one is not kept.
   */
  keep(target: string, old: DescribedFile, replaces: ReplacedVersion): Promise<void>;
  /** Starts to remove the versions that the rules no longer keep. Nobody waits for it. */
  pruneSoon(): void;
}
