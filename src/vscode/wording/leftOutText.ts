import { appendTo } from "../../age/appendTo";
import type { BatchOperation, Skipped, SkipReason } from "../../documents/files/walkFolder";
import { counted, listFirst } from "./plural";
import { visible } from "./foreignText";

/**
 * The reasons for leaving a file out, and which of them the user must know: those files may be
 * taken for done. The others need nothing done, or the user left them out by a button.
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
  // Plaintext secrets are often listed there.
  "listed in .gitignore": "must be known",
  "under a .gitignore that cannot be read or is larger than 1 MiB": "must be known",
  "with an identity inside": "must be known",
  // It may lead to files that seem to lie in this folder.
  "link, pipe, socket or device": "must be known",
  // A file that the system hides is reported as not found, too.
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

/** The headings of the files that the user must know about: each says what they still are. */
const missedHeadings: Readonly<Record<BatchOperation, string>> = {
  encrypt: "Left unencrypted",
  decrypt: "Left encrypted",
};

/** The most names shown for a reason of no matter. */
const mostNames = 3;

/** Lists the files left out that the user must know about. */
export function missedOf(skipped: readonly Skipped[]): readonly Skipped[] {
  return skipped.filter(({ reason }) => weights[reason] === "must be known");
}

/** Lists the files left out that are of no matter. */
export function harmlessOf(skipped: readonly Skipped[]): readonly Skipped[] {
  return skipped.filter(({ reason }) => weights[reason] === "of no matter");
}

/**
 * Counts the items left out that the user must know about, with the reasons: "3 items left
 * unencrypted: listed in .gitignore."; "" for none. An item may be a folder with everything in it.
 */
export function missedSummary(operation: BatchOperation, skipped: readonly Skipped[]): string {
  const missed = missedOf(skipped);
  if (missed.length === 0) return "";
  const heading = missedHeadings[operation].toLowerCase();
  return `${counted(missed.length, "item")} ${heading}: ${reasonsText(missed)}.`;
}

/** Lists the files that the user must know about, a line for each. */
export function missedSection(
  operation: BatchOperation,
  skipped: readonly Skipped[],
  nameOf: (path: string) => string,
): Section {
  const sorted = [...missedOf(skipped)].sort((a, b) => (a.path < b.path ? -1 : 1));
  return [missedHeadings[operation], sorted.map((one) => skippedLine(one, nameOf))];
}

/** Lists the files of no matter, a line for each reason. */
export function leftOutSection(
  skipped: readonly Skipped[],
  nameOf: (path: string) => string,
): Section {
  const harmless = harmlessOf(skipped);
  const lines = [...byReason(harmless)].map(([reason, paths]) => {
    return `${reason}: ${listFirst([...paths].sort(), mostNames, nameOf)}`;
  });
  return ["Skipped", lines, harmless.length];
}

function skippedLine({ path, reason, detail }: Skipped, nameOf: (path: string) => string): string {
  return `${nameOf(path)}: ${reason}${detail === undefined ? "" : ` (${visible(detail)})`}`;
}

/** Counts the files of no matter: "2 skipped: already encrypted, by name."; "" for none. */
export function harmlessSummary(skipped: readonly Skipped[]): string {
  const harmless = harmlessOf(skipped);
  return harmless.length === 0 ? "" : `${harmless.length} skipped: ${reasonsText(harmless)}.`;
}

/**
 * Counts all files left out, with the reasons. Those that the user must know about come first; ""
 * for none.
 */
export function skippedSummary(operation: BatchOperation, skipped: readonly Skipped[]): string {
  return `${missedSummary(operation, skipped)} ${harmlessSummary(skipped)}`.trim();
}

/** Joins the reasons: "part of Git"; if there are several, "part of Git (2); not found (1)". */
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

/** A heading, its lines, and the number in the heading if it is not that of the lines. */
export type Section = readonly [heading: string, lines: readonly string[], count?: number];
