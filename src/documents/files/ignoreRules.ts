import { dirname, join, relative, sep } from "node:path";
import { Turns } from "../../age/turns";
import type { Disk } from "../disk/disk";
import { nullWhenRefused } from "../disk/diskFailures";
import {
  matchesIgnorePattern,
  namesOfPath,
  parseIgnoreFile,
  type IgnorePattern,
} from "./ignorePattern";

/** The user's choice of the files and folders that a batch of folders leaves out. */
export interface LeftOut {
  /** True to leave out the files that a .gitignore names. */
  readonly byIgnoreFiles: boolean;
  /** The patterns, as in a .gitignore, relative to each selected folder. */
  readonly exclude: readonly string[];
}

/** The reason why a rule leaves a file or folder out. */
export type LeftOutReason =
  | "listed in .gitignore"
  | "under a .gitignore that cannot be read or is larger than 1 MiB"
  | "excluded by the setting cage.folders.exclude";

/** The patterns of a file or of the setting, and the folder to which they are relative. */
interface Source {
  readonly folder: string;
  /**
   * Null if the patterns can't be read. Then the files below are left out, unless a deeper file
   * includes them again.
   */
  readonly patterns: readonly IgnorePattern[] | null;
}

/** The largest .gitignore that is read, in bytes. Nobody writes a larger one by hand. */
const largestFile = 1024 * 1024;

/** The rules that apply in a folder, as in Git: a file further in takes precedence. */
export class IgnoreRules {
  private constructor(
    private readonly leftOut: LeftOut,
    private readonly disk: Disk,
    private readonly own: Source,
    private readonly files: readonly Source[],
  ) {}

  /** Reads the rules for a selected folder, by its real path. */
  static async at(folder: string, leftOut: LeftOut, disk: Disk): Promise<IgnoreRules> {
    const own = { folder, patterns: parseIgnoreFile(leftOut.exclude.join("\n")) };
    const rules = new IgnoreRules(leftOut, disk, own, []);
    if (!leftOut.byIgnoreFiles) return rules;
    const files: Source[] = [];
    for (const above of await foldersOfRepository(folder, disk)) {
      files.push(...(await sourceIn(above, disk)));
    }
    return new IgnoreRules(leftOut, disk, own, files);
  }

  /** Returns the rules for a folder below. @param names - the names in that folder. */
  async in(folder: string, names: readonly string[]): Promise<IgnoreRules> {
    if (!this.leftOut.byIgnoreFiles) return this;
    // A repository inside a repository has its own rules.
    const outer = names.includes(".git") ? [] : this.files;
    const inner = names.includes(ignoreFileName) ? await sourceIn(folder, this.disk) : [];
    return new IgnoreRules(this.leftOut, this.disk, this.own, [...outer, ...inner]);
  }

  /** Finds the rule that leaves a file or folder out; null if there is none. */
  async reasonFor(
    path: string,
    isFolder: boolean,
    signal?: AbortSignal,
  ): Promise<LeftOutReason | null> {
    const turns = new Turns(16);
    if ((await verdictOf([this.own], path, isFolder, turns, signal)) === "out") {
      return "excluded by the setting cage.folders.exclude";
    }
    const verdict = await verdictOf(this.files, path, isFolder, turns, signal);
    if (verdict === "unknown")
      return "under a .gitignore that cannot be read or is larger than 1 MiB";
    return verdict === "out" ? "listed in .gitignore" : null;
  }
}

const ignoreFileName = ".gitignore";

/** Finds the last matching pattern of the file furthest in, which decides. */
async function verdictOf(
  sources: readonly Source[],
  path: string,
  isFolder: boolean,
  turns: Turns,
  signal?: AbortSignal,
): Promise<"in" | "out" | "unknown"> {
  for (const { folder, patterns } of [...sources].reverse()) {
    if (patterns === null) return "unknown";
    if (patterns.length === 0) continue;
    const names = namesOfPath(relative(folder, path).split(sep).join("/"));
    for (const pattern of [...patterns].reverse()) {
      const pause = turns.step(signal);
      if (pause !== null) await pause;
      if (!matchesIgnorePattern(pattern, names, isFolder)) continue;
      return pattern.negated ? "in" : "out";
    }
  }
  return "in";
}

/** Lists the folders above a folder, down from its repository's; none outside of a repository. */
async function foldersOfRepository(folder: string, disk: Disk): Promise<readonly string[]> {
  const found: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    if ((await disk.entry(join(at, ".git")).catch(nullWhenRefused)) !== null) {
      return found.reverse();
    }
    if (dirname(at) === at) return [];
    found.push(dirname(at));
  }
}

/** Reads the .gitignore of a folder. Like Git, it ignores a link. */
async function sourceIn(folder: string, disk: Disk): Promise<readonly Source[]> {
  const path = join(folder, ignoreFileName);
  const entry = await disk.entry(path).catch(nullWhenRefused);
  if (entry?.kind !== "file") return [];
  const isTooLarge = entry.size > largestFile;
  const bytes = isTooLarge ? null : await disk.read(path).catch(nullWhenRefused);
  if (bytes === null) return [{ folder, patterns: null }];
  return [{ folder, patterns: parseIgnoreFile(new TextDecoder().decode(bytes)) }];
}
