import { dirname } from "node:path";
import { digestOf, expectDigest } from "../disk/digest";
import { ignoreFailure } from "../disk/diskFailures";
import { openVerified, type SoundVersion } from "../versions/keptVersions";
import type { FileContext } from "./unfinishedStore";
import { realTarget } from "./openSource";
import {
  replaced,
  versionOfDigest,
  versionOfFacts,
  type ReplacedVersion,
} from "../disk/replacedVersion";
import { replaceFile } from "../disk/replaceFile";
import type { Disk } from "../disk/disk";

/** The version of a file that is there now. */
export interface PresentVersion {
  /** The file's real path. */
  readonly target: string;
  /** Null where no file is there. */
  readonly version: (ReplacedVersion & { readonly digest: string | null }) | null;
}

/**
 * Looks at the version that a restored one would replace.
 *
 * @param digestUpTo - a larger file is told by its facts instead of by its digest.
 * @throws AgeError of the disk, or "not-found" for anything but a file.
 */
export async function presentVersion(
  path: string,
  digestUpTo: number,
  disk: Disk,
): Promise<PresentVersion> {
  const target = await realTarget(path, disk);
  if ((await disk.entry(target)) === null) return { target, version: null };
  const file = await disk.openForReading(target);
  try {
    const { size, version } = file.facts;
    if (size > digestUpTo) return { target, version: { ...versionOfFacts(version), digest: null } };
    const digest = await digestOf(file.stream());
    return { target, version: { ...versionOfDigest(digest), digest } };
  } finally {
    await file.close();
  }
}

/** A version to restore, and what it replaces. */
export interface Restoration {
  /** The path by which the user knows the file. */
  readonly path: string;
  readonly version: SoundVersion;
  /** The version that the user agreed to replace. */
  readonly present: PresentVersion;
}

/**
 * Puts a kept version in the place of the present one, which is kept before where the rules want
 * it. What the kept version holds is compared with its manifest as it is copied and read back. A
 * file that is gone is made anew, for its owner only.
 *
 * @throws AgeError "changed-on-disk" if either version is another one by now, or the kept one is of
 * another file, to which a link led before; or one of the disk. The file is untouched then.
 */
export async function restoreVersion(
  { path, version, present: { target, version: present } }: Restoration,
  { disk, random, versions, keys: { prompts } }: FileContext,
): Promise<void> {
  if (version.manifest.path !== target) throw replaced(target);
  const source = await openVerified(version, disk);
  try {
    if (present === null) await disk.createFolder(dirname(target));
    await replaceFile(disk, target, {
      ...({ content: source.stream(), kind: "ciphertext", rightsOf: null } as const),
      ...{ replaces: present, atMost: present === null ? 0o600 : 0o7777, random, prompts },
      keeper: versions.keeper("restored version"),
      verify: (candidate) => expectDigest(disk.stream(candidate), version.manifest.digest),
      confirmUnchanged: async () => {
        if ((await realTarget(path, disk)) !== target) throw replaced(target);
      },
    });
  } finally {
    await source.close().catch(ignoreFailure);
  }
}
