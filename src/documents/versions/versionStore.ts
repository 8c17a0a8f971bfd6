import { isAbsolute, join, sep } from "node:path";
import { shortDigest } from "../disk/digest";
import type { DescribedFile } from "../disk/disk";
import { failureOf, ignoreFailure, nullWhenRefused } from "../disk/diskFailures";
import { doomedVersions } from "./doomedVersions";
import { keepVersion, sweepVersions, type VersionContext, type VersionRules } from "./keepVersion";
import { isSameVersion, readVersions, type KeptVersion, type VersionFolder } from "./keptVersions";
import type { ReplacedVersion } from "../disk/replacedVersion";
import type { Cause } from "./versionManifest";
import { isKey, manifestName } from "./versionNames";
import type { VersionKeeper } from "../disk/versionKeeper";

/** The fate of a version that is about to be replaced. */
export type FateOfVersion =
  "kept" | "not kept" | "wrong folder" | "not an age file" | "unreadable" | "too large";

/** The facts of a file's present version on which its fate depends. */
export interface PresentFacts {
  /** Its length in bytes. */
  readonly size: number;
  /** The types of its stanzas; null if it is not an age file. */
  readonly stanzas: readonly string[] | "unreadable" | null;
}

/** The maker of keepers for writes. */
export interface Versions {
  /** Makes the keeper for writes with this cause; null if nothing is kept. */
  keeper(cause: Cause): VersionKeeper | null;
}

/** The store of replaced versions. It holds only ciphertext: each version is an age file. */
export class VersionStore implements Versions {
  private pruning: Promise<void> = Promise.resolve();
  private isPruneWaiting = false;

  constructor(private readonly context: VersionContext) {}

  /** The present rules. */
  get rules(): VersionRules {
    return this.context.rules();
  }

  keeper(cause: Cause): VersionKeeper {
    return {
      keep: (target, old, replaces) => this.keep(target, old, replaces, cause),
      pruneSoon: () => {
        this.pruneSoon();
      },
    };
  }

  /**
   * Lists the versions of one file, the oldest first.
   *
   * @param path - the file's real path.
   * @throws AgeError of the disk, or "no-permission" if the folder is a link or somebody else's.
   */
  async versionsOf(path: string): Promise<readonly KeptVersion[]> {
    const { folder } = this.rules;
    return (await readVersions(folder, shortDigest(path), this.context.disk)).versions;
  }

  /**
   * Foretells the fate of a file's present version.
   *
   * @param target - the file's real path.
   * @throws AgeError of the disk.
   */
  async fateOf(target: string, { size, stanzas }: PresentFacts): Promise<FateOfVersion> {
    const { retention, folder, maxBytes } = this.rules;
    if (retention.kind === "none") return "not kept";
    if (!isAbsolute(folder) || (await this.isInside(target))) return "wrong folder";
    if (stanzas === null) return "not an age file";
    if (stanzas === "unreadable") return stanzas;
    return size > maxBytes ? "too large" : "kept";
  }

  /** Lists the versions of all files, except in folders that can't be read. */
  async allVersions(): Promise<readonly KeptVersion[]> {
    const { folder } = this.rules;
    return (await this.readAll(folder)).flatMap(({ versions }) => versions);
  }

  /** Waits until no versions are being removed. */
  async settled(): Promise<void> {
    await this.pruning;
  }

  /** Starts to remove the versions that the rules no longer keep, after any removal under way. */
  pruneSoon(): void {
    if (this.isPruneWaiting) return;
    this.isPruneWaiting = true;
    this.pruning = this.pruning.then(async () => {
      this.isPruneWaiting = false;
      await this.prune().catch(ignoreFailure);
    });
  }

  /**
   * Removes the versions that the rules no longer keep, and the files that killed writes left.
   * Under `none` it removes nothing.
   *
   * @throws AgeError if the folder can't be read. Versions that can't be removed stay.
   */
  async prune(): Promise<void> {
    const { retention, folder } = this.rules;
    if (retention.kind === "none" || !isAbsolute(folder)) return;
    const folders = await this.readAll(folder);
    const doomed = doomedVersions(folders, this.rules, this.context.now());
    for (const found of folders) {
      const own = doomed.filter(({ key }) => key === found.key);
      if (own.length === 0 && found.abandoned.length + found.candidates.length === 0) continue;
      await this.clear(folder, found.key, own).catch(ignoreFailure);
    }
  }

  /** Removes versions of one file, while nobody else keeps or removes any of them. */
  private async clear(root: string, key: string, doomed: readonly KeptVersion[]): Promise<void> {
    const { disk } = this.context;
    const release = await disk.claim(join(root, key));
    try {
      const found = await sweepVersions(root, key, disk);
      for (const version of found.versions) {
        if (!doomed.some((one) => isSameVersion(one, version))) continue;
        await disk.remove(version.path);
        await disk.remove(join(root, key, manifestName(version.number))).catch(ignoreFailure);
      }
    } finally {
      await release();
    }
  }

  private async readAll(root: string): Promise<readonly VersionFolder[]> {
    const { disk } = this.context;
    if (!isAbsolute(root) || (await disk.entry(root)) === null) return [];
    const folders: VersionFolder[] = [];
    for (const { name } of await disk.list(root)) {
      if (!isKey(name)) continue;
      const found = await readVersions(root, name, disk).catch(nullWhenRefused);
      if (found !== null) folders.push(found);
    }
    return folders;
  }

  private async keep(
    target: string,
    old: DescribedFile,
    replaces: ReplacedVersion,
    cause: Cause,
  ): Promise<void> {
    if (this.rules.retention.kind === "none") return;
    try {
      if (await this.isInside(target)) return;
      await keepVersion({ target, old, replaces, cause }, this.context);
    } catch (error) {
      this.context.tellNotKept(target, failureOf(error));
    }
  }

  /** Tells whether a file is in the folder of versions. */
  private async isInside(target: string): Promise<boolean> {
    const folder = await this.context.disk.realPath(this.rules.folder);
    return target.startsWith(join(folder, sep));
  }
}
