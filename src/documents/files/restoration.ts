import { dirname } from "node:path";
import { stanzaTypesIn } from "../disk/ciphertext";
import { digestOf, expectDigest } from "../disk/digest";
import { ignoreFailure } from "../disk/diskFailures";
import { openVerified, type SoundVersion } from "../versions/keptVersions";
import type { PresentFacts } from "../versions/versionStore";
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

/** The present version of a file. */
export interface PresentVersion {
  /** The file's real path. */
  readonly target: string;
  /** The version; null if there is no file. */
  readonly version: (ReplacedVersion & PresentFacts & { readonly digest: string | null }) | null;
}

/**
 * Reads the version that a restored one would replace.
 *
 * @param digestUpTo - the largest size, in bytes, at which a file is identified by its digest; a
 * larger one is identified by its facts.
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
    const isLarge = size > digestUpTo;
    const types = stanzaTypesIn(file.stream());
    // A large file is replaced by its facts alone, even if its disk fails.
    const stanzas = await (isLarge ? types.catch(unreadableWhenRefused) : types);
    const digest = isLarge ? null : await digestOf(file.stream());
    const replaces = digest === null ? versionOfFacts(version) : versionOfDigest(digest);
    return { target, version: { ...replaces, digest, size, stanzas } };
  } finally {
    await file.close();
  }
}

function unreadableWhenRefused(error: unknown): "unreadable" {
  ignoreFailure(error);
  return "unreadable";
}

/** A version to restore, and the one that it replaces. */
export interface Restoration {
  /** The path by which the user knows the file. */
  readonly path: string;
  readonly version: SoundVersion;
  /** The version that the user agreed to replace. */
  readonly present: PresentVersion;
}

/**
 * Replaces the present version by a kept one. If the rules want it, the present one is kept first.
 * The content is compared with its manifest both while it is copied and when it is read back. If
 * the file is gone, it is made anew, for its owner only.
 *
 * @throws AgeError "changed-on-disk" if either version has changed, or if the kept one belongs to
 * another file because a link led elsewhere before; or an error of the disk. The file is untouched
 * then.
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
      content: source.stream(),
      kind: "ciphertext",
      rightsOf: null,
      replaces: present,
      atMost: present === null ? 0o600 : 0o7777,
      random,
      prompts,
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
