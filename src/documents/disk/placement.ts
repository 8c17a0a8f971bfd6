import type { ReplacedVersion } from "./replacedVersion";
import type { VersionKeeper } from "./versionKeeper";
import type { WritePrompts } from "./writePrompts";

/** The conditions under which a written and verified file takes its final name. */
export interface Placement {
  /** The version to replace; null for a name that must be free. */
  readonly replaces: ReplacedVersion | null;
  /** The most permission bits that the file may have. A replaced file's own bits limit it, too. */
  readonly atMost: number;
  /** The file whose rights a new file gets; null for a file that only its owner may use. */
  readonly rightsOf: string | null;
  /** Takes the last look before the rename, and throws if what was agreed on has changed. */
  readonly confirmUnchanged: () => Promise<void>;
  /** The id of the source, which must not be overwritten in place under another name. */
  readonly source?: string;
  /** Keeps the replaced version if it is an age file; null if it can't be one. */
  readonly keeper: VersionKeeper | null;
  readonly prompts: WritePrompts;
}
