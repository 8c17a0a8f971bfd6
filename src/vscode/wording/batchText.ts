import { dirname, relative, sep } from "node:path";
import type { BatchReport } from "../../documents/files/runBatch";
import type { BatchPlan } from "../../documents/files/planBatch";
import type { FileOutcome } from "../../documents/files/fileOutcome";
import type { BatchOperation, Skipped } from "../../documents/files/walkFolder";
import type { Lack } from "../../documents/disk/freeSpace";
import type { Report } from "../../strategies/strategy";
import { counted } from "./plural";
import { explain, longestMessage, sentence } from "./failureText";
import { quoted, visible } from "./foreignText";
import {
  harmlessSummary,
  leftOutSection,
  missedOf,
  missedSection,
  missedSummary,
  reasonsText,
  type Section,
} from "./leftOutText";
import { listsLines, type ShownList } from "./listsText";
import { bytesText } from "./progressText";
import { hasSpeed, summary, wayText } from "./operationText";

/**
 * Writes everything that a batch will do, a line for each file.
 *
 * @param agreement - the user's other choices, as sentences.
 * @param lists - the lists of recipients that the files are encrypted for; null if the batch uses
 * none.
 */
export function planText(
  plan: BatchPlan,
  agreement: string,
  lists: readonly ShownList[] | null = null,
): string {
  const { operation, items, skipped } = plan;
  const { folder, nameOf } = namesBelow([
    ...items.map(({ source }) => source),
    ...pathsOf(skipped),
  ]);
  const listOf = new Map(
    (lists ?? []).flatMap(({ paths }, index) => paths.map((path) => [path, index + 1] as const)),
  );
  return document(
    [planSummary(plan), agreement, `Folder: ${visible(folder)}`],
    [
      missedSection(operation, skipped, nameOf),
      ["Lists of recipients", listsLines(lists ?? [])],
      [
        `To ${operation}`,
        items.map(({ source, target, size, taken }) => {
          const exists = taken === null ? "" : " (exists already)";
          const number = listOf.get(target);
          const list = number === undefined ? "" : `, by list ${number}`;
          return `${nameOf(source)} (${bytesText(size)}) -> ${nameOf(target)}${exists}${list}`;
        }),
      ],
      leftOutSection(skipped, nameOf),
    ],
  );
}

/**
 * Writes "3 items left unencrypted: target is a link." on a line of its own, then "214 files (3.2
 * GB). 2 skipped: part of Git."
 */
export function planSummary({ operation, items, skipped, bytes }: BatchPlan): string {
  const missed = missedSummary(operation, skipped);
  const left = harmlessSummary(skipped);
  const files = `${counted(items.length, "file")} (${bytesText(bytes)}).`;
  return `${missed === "" ? "" : `${missed}\n`}${files}${left === "" ? "" : ` ${left}`}`;
}

/** Names the folders whose disks have too little room, as sentences. */
export function lackText(lacks: readonly Lack[]): string {
  return lacks
    .map(
      ({ folder, missingBytes }) =>
        `${bytesText(missingBytes)} more space is needed in ${quoted(folder)}.`,
    )
    .join(" ");
}

/**
 * Says what became of every file of a batch.
 *
 * @param originals - the fate of the originals, as sentences.
 */
export function reportText(
  operation: BatchOperation,
  report: BatchReport,
  originals: string,
): string {
  const { done, failed, skipped, cancelled } = report;
  const sources = [...done, ...failed, ...cancelled].map(({ source }) => source);
  const { folder, nameOf } = namesBelow([...sources, ...pathsOf(skipped)]);
  return document(
    [reportSummary(operation, report), originals, `Folder: ${visible(folder)}`],
    [
      [
        "Failed",
        failed.map(({ source, error }) => {
          const { message, details = [], nextStep } = explain(error);
          return `${nameOf(source)}\n    ${[message, ...details, nextStep].join(" ")}`;
        }),
      ],
      ["Cancelled", cancelled.map(({ source }) => nameOf(source))],
      missedSection(operation, skipped, nameOf),
      [
        "Done",
        done.map(({ source, target, outcome }) => {
          const notes = outcomeNotes(outcome);
          const facts = `${bytesText(outcome.report.bytes)}, ${summary(outcome.report)}`;
          return `${nameOf(source)} -> ${nameOf(target)} (${facts})${notes === "" ? "" : `\n    ${notes}`}`;
        }),
      ],
      leftOutSection(skipped, nameOf),
    ],
  );
}

/**
 * Writes "212 of 214 files were encrypted, 3.2 GB at 1.5 GB/s. 2 failed." If files were left out
 * that the user must know about, it writes "5 files were encrypted. 3 items were left out: listed
 * in .gitignore. 3.2 GB at 1.5 GB/s."
 */
export function reportSummary(
  operation: BatchOperation,
  { done, failed, cancelled, skipped }: BatchReport,
): string {
  const verb = `${done.length === 1 ? "was" : "were"} ${operation}ed`;
  const missed = missedOf(skipped);
  const all = counted(done.length + failed.length + cancelled.length, "file");
  const unfinished = [
    ...(failed.length > 0 ? [`${failed.length} failed.`] : []),
    ...(cancelled.length > 0 ? [`${cancelled.length} not finished: cancelled.`] : []),
  ];
  const amount = amountText(done);
  if (missed.length === 0) {
    return [`${done.length} of ${all} ${verb}, ${amount}.`, ...unfinished].join(" ");
  }
  const count = unfinished.length === 0 ? all : `${done.length} of ${all}`;
  const items = `${counted(missed.length, "item")} ${missed.length === 1 ? "was" : "were"}`;
  const left = `${items} left out: ${reasonsText(missed)}.`;
  return [`${count} ${verb}.`, ...unfinished, left, `${amount}.`].join(" ");
}

/**
 * Writes the amount, the speed and the way: "3.2 GB at 1.5 GB/s, native · openssl". The speed
 * leaves out the time that users took to answer. Small amounts show no speed: see {@link hasSpeed}.
 */
export function amountText(done: readonly { readonly outcome: FileOutcome }[]): string {
  let bytes = 0;
  let fresh = 0;
  let seconds = 0;
  for (const { outcome } of done) {
    bytes += outcome.report.bytes;
    fresh += outcome.report.bytes - outcome.report.resumedBytes;
    seconds += outcome.report.seconds;
  }
  const amount = bytesText(bytes);
  const total = { bytes, resumedBytes: bytes - fresh, seconds };
  const ways = [...new Set(done.map(({ outcome }) => wayText(outcome.report)))].join(" and ");
  return [
    hasSpeed(total) ? `${amount} at ${bytesText(fresh / seconds)}/s` : amount,
    ...(ways === "" ? [] : [ways]),
  ].join(", ");
}

/** Says what a user should know about how a file was made; empty if all went the usual way. */
export function outcomeNotes({ report, startedAnew }: FileOutcome): string {
  const notes = [...fallbackSentences(report)];
  if (report.resumedBytes > 0) {
    notes.push(
      `${bytesText(report.resumedBytes)} of it was already there from an interrupted run.`,
    );
  }
  if (startedAnew !== null) {
    notes.push(`An interrupted run could not be resumed (${startedAnewTexts[startedAnew]}).`);
  }
  return notes.join(" ");
}

/** Says in sentences which way Cage would have taken first, and why it could not. */
export function fallbackSentences({ fallbacks }: Report): readonly string[] {
  return fallbacks.map((fallback) => quoted(sentence(fallback), longestMessage));
}

const startedAnewTexts: Readonly<Record<NonNullable<FileOutcome["startedAnew"]>, string>> = {
  "the source changed": "the source changed since",
  "other recipients": "it was for other recipients",
  "no identity at hand": "none of your identities opens it",
  armored: "armored files are written anew",
  strategy: "the age program can't resume",
  damaged: "what was there is damaged",
  "not private": "others could write to it",
  "not on record": "its recipients are not on record",
};

function pathsOf(skipped: readonly Skipped[]): readonly string[] {
  return skipped.map(({ path }) => path);
}

/**
 * Finds the deepest folder that holds all paths, and their names relative to it, each on one line.
 */
function namesBelow(paths: readonly string[]): {
  readonly folder: string;
  readonly nameOf: (path: string) => string;
} {
  const [first = ""] = paths;
  let folder = dirname(first);
  const isBelow = (path: string) => path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
  while (folder !== dirname(folder) && !paths.every(isBelow)) folder = dirname(folder);
  return { folder, nameOf: (path) => visible(relative(folder, path)) };
}

/** Joins a head and the sections that have lines. */
function document(head: readonly string[], sections: readonly Section[]): string {
  const parts = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([name, lines, count = lines.length]) =>
      [`${name} (${count})`, ...lines.map((line) => `  ${line}`)].join("\n"),
    );
  const title = head.filter((line) => line !== "").join("\n");
  return `${[title, ...parts].join("\n\n")}\n`;
}
