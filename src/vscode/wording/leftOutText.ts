import { appendTo } from "../../age/appendTo";
import type { BatchOperation, Skipped, SkipReason } from "../../documents/files/walkFolder";
import { counted } from "./plural";
import { visible } from "./foreignText";

/**
 * Tells for each reason whether the user must know of the files that it leaves out, since they may
 * be taken for done. Of no matter are those that need nothing, and those that the user has left out
 * by a button.
 */
const weights: Readonly<Record<SkipReason, "must be known" | "of no matter">> = {
  "already encrypted, by name": "of no matter",
  "without the suffix of an encrypted file": "of no matter",
  "unfinished work of Cage": "of no matter",
  "part of Git": "of no matter",
  "used as a recipients list": "of no matter",
  "encrypted with a passphrase, so an identity may be inside": "of no matter",
  "target already exists": "of no matter",
  "excluded by the setting cage.folders.exclude": "of no matter",
  // Secrets in the clear are often ignored.
  "listed in .gitignore": "must be known",
  "under a .gitignore that cannot be read or is larger than 1 MiB": "must be known",
  "with an identity inside": "must be known",
  // It may lead to files that are seen through this folder.
  "link, pipe, socket or device": "must be known",
  // A file that the system hides is one of these too.
  "not found": "must be known",
  unreadable: "must be known",
  "name not in UTF-8": "must be known",
  "path too long for this system": "must be known",
  "same target as another file of this batch": "must be known",
  "target is another file of this batch": "must be known",
  "target is a link": "must be known",
  "target is a folder, pipe, socket or device": "must be known",
  "target would be part of Git": "must be known",
  "target name would be too long": "must be known",
  "no recipients list applies": "must be known",
  "recipients list cannot be used": "must be known",
  "new since the recipients were chosen": "must be known",
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

/**
 * Counts what was left out and must be known, with the reasons: "3 items left unencrypted: listed
 * in .gitignore."; "" for none. An item may be a folder with all that is in it.
 */
export function missedSummary(operation: BatchOperation, skipped: readonly Skipped[]): string {
  const missed = missedOf(skipped);
  if (missed.length === 0) return "";
  const heading = missedHeadings[operation].toLowerCase();
  return `${counted(missed.length, "item")} ${heading}: ${reasonsText(missed)}.`;
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
  return ["Skipped", lines, harmless.length];
}

function skippedLine({ path, reason, detail }: Skipped, nameOf: (path: string) => string): string {
  return `${nameOf(path)}: ${reason}${detail === undefined ? "" : ` (${visible(detail)})`}`;
}

/** Counts what is of no matter: "2 skipped: already encrypted, by name."; "" for none. */
export function harmlessSummary(skipped: readonly Skipped[]): string {
  const harmless = harmlessOf(skipped);
  return harmless.length === 0 ? "" : `${harmless.length} skipped: ${reasonsText(harmless)}.`;
}

/** Counts the left-out files with the reasons, those that must be known first; "" for none. */
export function skippedSummary(operation: BatchOperation, skipped: readonly Skipped[]): string {
  return `${missedSummary(operation, skipped)} ${harmlessSummary(skipped)}`.trim();
}

/** "part of Git"; where there are several reasons, "part of Git (2); not found (1)". */
export function reasonsText(skipped: readonly Skipped[]): string {
  const reasons = [...byReason(skipped)];
  if (reasons.length === 1) return reasons.map(([reason]) => reason).join();
  return reasons.map(([reason, { length }]) => `${reason} (${length})`).join("; ");
}

/** Sorts the paths of files that are left out by their reasons. */
function byReason(skipped: readonly Skipped[]): ReadonlyMap<SkipReason, readonly string[]> {
  const paths = new Map<SkipReason, string[]>();
  for (const { path, reason } of skipped) appendTo(paths, reason, path);
  return paths;
}

/** A heading, its lines, and how many things they tell of where that is not a line each. */
export type Section = readonly [heading: string, lines: readonly string[], count?: number];
