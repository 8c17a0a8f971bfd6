import { utf8 } from "../../age/bytes";
import { AgeError } from "../../age/errors";
import { sha256Hex } from "../../age/primitives";
import { digestOf } from "./digest";
import type { DescribedFile } from "./disk";
import { contentPart, isSameContent } from "./fileFacts";

/**
 * The fate of a file that already has the name: keep it, or replace it if it is still the version
 * (`FileFacts.version`) that the user saw and agreed to replace.
 */
export type Existing = "keep" | { readonly replace: string };

/** The one version of a file that a new one may replace. */
export interface ReplacedVersion {
  /** The mark of the version: 24 hexadecimal digits, which also name a file that holds it. */
  readonly mark: string;
  /** Tells whether an open file holds this version now. */
  isIn(file: DescribedFile): Promise<boolean>;
}

/** Makes the version with this digest of its bytes, whatever its size and times. */
export function versionOfDigest(hash: string): ReplacedVersion {
  return {
    mark: hash.slice(0, markLength),
    isIn: async (file) => (await digestOf(file.stream())) === hash,
  };
}

/** Makes the version with these facts (`FileFacts.version`). It suits files of any size. */
export function versionOfFacts(version: string): ReplacedVersion {
  return {
    mark: markOfFacts(version),
    isIn: async (file) => isSameContent((await file.look()).version, version),
  };
}

/** Makes the version that the user agreed to replace; null if nothing may be replaced. */
export function agreedVersion(existing: Existing): ReplacedVersion | null {
  return existing === "keep" ? null : versionOfFacts(existing.replace);
}

/** Makes the error for a target that now holds a version that nobody agreed to replace. */
export function replaced(path: string): AgeError {
  return new AgeError("changed-on-disk", "another program put something else there", { path });
}

/**
 * Tells whether an open file holds the version with this mark, made from facts or from a digest.
 */
export async function isMarked(file: DescribedFile, mark: string): Promise<boolean> {
  if (markOfFacts((await file.look()).version) === mark) return true;
  return (await digestOf(file.stream())).slice(0, markLength) === mark;
}

const markLength = 24;

function markOfFacts(version: string): string {
  return sha256Hex(utf8(contentPart(version))).slice(0, markLength);
}
