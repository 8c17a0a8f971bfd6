import type { ReplacedVersion } from "./replacedVersion";
import type { VersionKeeper } from "./versionKeeper";
import type { WritePrompts } from "./writePrompts";

/** The way in which a file that is written and verified takes its final name. */
export interface Placement {
  /** The version that it replaces; null for a name that must be free. */
  readonly replaces: ReplacedVersion | null;
  /**
   * The permission bits that the file may have, at most. One that replaces another has that one's.
   */
  readonly atMost: number;
  /** The file whose rights a new file gets; null for one that is for its owner only. */
  readonly rightsOf: string | null;
  /** The last look before the rename: throws when what was agreed on is not so any more. */
  readonly confirmUnchanged: () => Promise<void>;
  /** A file that must not be written over in place, by its id: the source, under another name. */
  readonly source?: string;
  /** Keeps the version that is replaced, if it is an age file; null where it can't be one. */
  readonly keeper: VersionKeeper | null;
  readonly prompts: WritePrompts;
}
