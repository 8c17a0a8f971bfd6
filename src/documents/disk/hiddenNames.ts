import { basename, dirname, join } from "node:path";
import { hexOf, utf8 } from "../../age/bytes";
import { sha256Hex } from "../../age/primitives";

/**
 * A hidden file beside a target:
 * - the candidate for its next version,
 * - the partial output of an operation on files, which can be resumed,
 * - the replaced version, until a look confirms that it is the right one,
 * - the version that is being overwritten in place, until the next one is whole,
 * - the claim of the process that writes the target.
 */
export type HiddenKind = (typeof hiddenKinds)[number];

const hiddenKinds = [
  "cage-candidate",
  "cage-partial",
  "cage-replaced",
  "cage-kept",
  "cage-claim",
] as const;

/** Makes the path of a hidden file beside a target. */
export function hiddenPath(target: string, hex: string, kind: HiddenKind): string {
  return join(dirname(target), `.${shortened(basename(target))}.${hex}.${kind}`);
}

/** Makes a fresh path of a candidate beside a target. */
export function freshCandidate(target: string, random: (length: number) => Uint8Array): string {
  return hiddenPath(target, hexOf(random(12)), "cage-candidate");
}

/** The parts of a hidden name that tell its kind, and one file of that kind from another. */
export interface HiddenName {
  readonly hex: string;
  readonly kind: HiddenKind;
}

/** Reads a name; null for any but a hidden file's of Cage. */
export function parseHiddenName(name: string): HiddenName | null {
  const [, hex = "", ending] = /^\..+\.([0-9a-f]{24})\.(cage-[a-z]+)$/s.exec(name) ?? [];
  const kind = hiddenKinds.find((one) => one === ending);
  return kind === undefined ? null : { hex, kind };
}

/**
 * Tells whether a name is that of a candidate, which a crash may have left behind. A candidate
 * holds ciphertext, unless the user was decrypting to the disk or storing an identity.
 */
export function isCandidateName(name: string): boolean {
  return parseHiddenName(name)?.kind === "cage-candidate";
}

/** Tells whether a name is that of a partial output. */
export function isPartialName(name: string): boolean {
  return parseHiddenName(name)?.kind === "cage-partial";
}

/** Tells whether a path is that of a partial output of this target. */
export function isPartialOf(path: string, target: string): boolean {
  const hidden = parseHiddenName(basename(path));
  if (hidden?.kind !== "cage-partial") return false;
  if (path === hiddenPath(target, hidden.hex, hidden.kind)) return true;
  return spelt(path) === join(dirname(target), earlierName(target, hidden));
}

/** Tells whether a hidden name belongs to this target. A claim does not: its process removes it. */
export function isBeside(hidden: HiddenName, name: string, target: string): boolean {
  if (hidden.kind === "cage-claim") return false;
  if (basename(hiddenPath(target, hidden.hex, hidden.kind)) === name) return true;
  // Another file with a long name may have had the same one, but a candidate goes in any case.
  return hidden.kind === "cage-candidate" && name === earlierName(target, hidden);
}

/** Tells whether a name is that of any hidden file of Cage. */
export function isHiddenName(name: string): boolean {
  return parseHiddenName(name) !== null;
}

/**
 * Shortens a name for use in hidden ones, which have the same limit of 255 bytes. A digest tells
 * apart long names that begin alike.
 */
function shortened(name: string): string {
  const characters = Array.from(name);
  if (characters.length <= longestShown) return name;
  return `${characters.slice(0, longestShown - 10).join("")}~${sha256Hex(utf8(name)).slice(0, 9)}`;
}

const longestShown = 40;

/** Makes the hidden name of earlier versions of Cage, which could end in one half of an emoji. */
function earlierName(target: string, { hex, kind }: HiddenName): string {
  return spelt(`.${basename(target).slice(0, longestShown)}.${hex}.${kind}`);
}

/** Returns a name as a disk stores it: half a character becomes a replacement character. */
function spelt(name: string): string {
  return new TextDecoder().decode(utf8(name));
}
