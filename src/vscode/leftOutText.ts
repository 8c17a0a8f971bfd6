import type { BatchOperation, Skipped, SkipReason } from "../documents/folderWalk";
import { visible } from "./foreignText";

/**
 * Tells for each reason whether the user must know of the files that it leaves out, since they may
 * be taken for done. Of no matter are those that need nothing, and those that the user has left out
 * by a button.
 */
const weights: Readonly<Record<SkipReason, "must be known" | "of no matter">> = {
  "its name is that of an encrypted file": "of no matter",
  "its name has no suffix of an encrypted file": "of no matter",
  "it is an unfinished file of Cage": "of no matter",
  "it belongs to Git": "of no matter",
  "it names the recipients": "of no matter",
  "it may hold an identity, since a passphrase encrypts it": "of no matter",
  "its target exists already": "of no matter",
  "the setting cage.folders.exclude names it": "of no matter",
  // Secrets in the clear are often ignored.
  "a .gitignore names it": "must be known",
  "its .gitignore cannot be read, or is larger than 1 MiB": "must be known",
  "it holds an identity": "must be known",
  // It may lead to files that are seen through this folder.
  "it is a link, a pipe, a socket or a device": "must be known",
  // A file that the system hides is one of these too.
  "it does not exist": "must be known",
  "it cannot be read": "must be known",
  "its name is not UTF-8": "must be known",
  "its path is too long for this system": "must be known",
  "another file of this batch has the same target": "must be known",
  "its target is another file of this batch": "must be known",
  "its target is a link": "must be known",
  "its target is a folder, a pipe, a socket or a device": "must be known",
  "its target would belong to Git": "must be known",
  "its target's name would be too long": "must be known",
  "no list of recipients speaks for it": "must be known",
  "its list of recipients cannot be used": "must be known",
  "it is new since its recipients were chosen": "must be known",
};

/** The heading of the files that must be known: what they still are. */
const missedHeadings: Readonly<Record<BatchOperation, string>> = {
  encrypt: "Left unencrypted",
  decrypt: "Left encrypted",
};

/** The number of names told for each reason, of files that are of no matter. */
const mostNames = 3;

/** Lists the files left out that the user must know of. */
export function missedOf(skipped: readonly Skipped[]): readonly Skipped[] {
  return skipped.filter(({ reason }) => weights[reason] === "must be known");
}

/** Lists the files left out that are of no matter. */
export function harmlessOf(skipped: readonly Skipped[]): readonly Skipped[] {
  return skipped.filter(({ reason }) => weights[reason] === "of no matter");
}

/** Counts the left-out files that must be known, with the reasons; "" for none. */
export function missedSummary(operation: BatchOperation, skipped: readonly Skipped[]): string {
  return reasonsSentence(missedHeadings[operation], missedOf(skipped));
}

/** The files that must be known, a line for each. */
export function missedSection(
  operation: BatchOperation,
  skipped: readonly Skipped[],
  nameOf: (path: string) => string,
): Section {
  const sorted = [...missedOf(skipped)].sort((a, b) => (a.path < b.path ? -1 : 1));
  return [missedHeadings[operation], sorted.map((one) => skippedLine(one, nameOf))];
}

/** The files that are of no matter, a line for each reason. */
export function leftOutSection(
  skipped: readonly Skipped[],
  nameOf: (path: string) => string,
): Section {
  const harmless = harmlessOf(skipped);
  const lines = [...byReason(harmless)].map(([reason, paths]) => {
    const names = [...paths].sort().slice(0, mostNames).map(nameOf).join(", ");
    const more = paths.length > mostNames ? ` and ${paths.length - mostNames} more` : "";
    return `${reason}: ${names}${more}`;
  });
  return ["Left out", lines, harmless.length];
}

function skippedLine({ path, reason, detail }: Skipped, nameOf: (path: string) => string): string {
  return `${nameOf(path)}: ${reason}${detail === undefined ? "" : ` (${visible(detail)})`}`;
}

/** Counts the left-out files with the reasons, those that must be known first; "" for none. */
export function skippedSummary(operation: BatchOperation, skipped: readonly Skipped[]): string {
  const left = reasonsSentence("Left out", harmlessOf(skipped));
  return `${missedSummary(operation, skipped)} ${left}`.trim();
}

/** "Left out: 10 (its name is …), 2 (it belongs to Git)."; nothing where none is. */
export function reasonsSentence(heading: string, skipped: readonly Skipped[]): string {
  if (skipped.length === 0) return "";
  const reasons = [...byReason(skipped)].map(([reason, { length }]) => `${length} (${reason})`);
  return `${heading}: ${reasons.join(", ")}.`;
}

/** Sorts the paths of files that are left out by their reasons. */
export function byReason(skipped: readonly Skipped[]): ReadonlyMap<SkipReason, readonly string[]> {
  const paths = new Map<SkipReason, string[]>();
  for (const { path, reason } of skipped) {
    const others = paths.get(reason);
    if (others === undefined) paths.set(reason, [path]);
    else others.push(path);
  }
  return paths;
}

/** A heading, its lines, and how many things they tell of where that is not a line each. */
export type Section = readonly [heading: string, lines: readonly string[], count?: number];
