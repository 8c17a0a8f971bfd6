import type { BatchReport } from "../documents/batch";
import type { BatchPlan } from "../documents/batchPlan";
import type { FileOutcome } from "../documents/fileOutcome";
import type { BatchOperation, Skipped } from "../documents/folderWalk";
import type { Lack } from "../documents/freeSpace";
import { explain } from "./errors";
import { plain, quoted } from "./foreignText";
import { bytesText } from "./progressText";
import { summary } from "./statusBar";

/** Everything that a batch will do, a line for each file. */
export function planText(plan: BatchPlan): string {
  const { operation, items, skipped } = plan;
  return document(planSummary(plan), [
    [
      `To ${operation}`,
      items.map(({ source, target, size, isTaken }) => {
        const taken = isTaken ? " (exists already)" : "";
        return `${plain(source)} -> ${plain(target)}${taken}, ${bytesText(size)}`;
      }),
    ],
    ["Left out", skipped.map(({ path, reason }) => `${plain(path)}: ${reason}`)],
  ]);
}

/** "214 files (3.2 GB). 12 are left out: 10 since it is encrypted already …" */
export function planSummary({ items, skipped, bytes }: BatchPlan): string {
  const left = skippedSummary(skipped);
  return `${counted(items.length, "file")} (${bytesText(bytes)}).${left === "" ? "" : ` ${left}`}`;
}

/** How many files are left out and why; nothing if none is. */
export function skippedSummary(skipped: readonly Skipped[]): string {
  if (skipped.length === 0) return "";
  const perReason = new Map<string, number>();
  for (const { reason } of skipped) perReason.set(reason, (perReason.get(reason) ?? 0) + 1);
  const reasons = [...perReason].map(([reason, count]) => `${count} (${reason})`);
  return `Left out: ${reasons.join(", ")}.`;
}

/** Where room is lacking, as sentences. */
export function lackText(lacks: readonly Lack[]): string {
  return lacks
    .map(
      ({ folder, missingBytes }) =>
        `${bytesText(missingBytes)} too little room in ${quoted(folder)}.`,
    )
    .join(" ");
}

/** What became of every file of a batch. */
export function reportText(
  operation: BatchOperation,
  report: BatchReport,
  seconds: number,
): string {
  const { done, failed, skipped, cancelled } = report;
  return document(reportSummary(operation, report, seconds), [
    [
      "Failed",
      failed.map(({ source, error }) => {
        const { message, nextStep } = explain(error);
        return `${plain(source)}: ${message} ${nextStep}`;
      }),
    ],
    ["Cancelled", cancelled.map(({ source }) => plain(source))],
    ["Left out", skipped.map(({ path, reason }) => `${plain(path)}: ${reason}`)],
    [
      "Done",
      done.map(({ source, target, outcome }) => {
        const facts = [bytesText(outcome.report.bytes), summary(outcome.report)];
        const notes = outcomeNotes(outcome);
        return `${plain(source)} -> ${plain(target)}, ${facts.join(", ")}${notes === "" ? "" : `. ${notes}`}`;
      }),
    ],
  ]);
}

/** "212 of 214 files are encrypted: 3.2 GB in 2.1 s, 1.5 GB/s. 2 failed." */
export function reportSummary(
  operation: BatchOperation,
  { done, failed, cancelled }: BatchReport,
  seconds: number,
): string {
  const bytes = done.reduce((sum, { outcome }) => sum + outcome.report.bytes, 0);
  const count = done.length + failed.length + cancelled.length;
  const rate = `${bytesText(bytes / Math.max(seconds, 1e-6))}/s`;
  const verb = `${done.length === 1 ? "is" : "are"} ${operation}ed`;
  return [
    `${done.length} of ${counted(count, "file")} ${verb}: ${bytesText(bytes)} in ${seconds.toFixed(1)} s, ${rate}.`,
    ...(failed.length > 0 ? [`${failed.length} failed.`] : []),
    ...(cancelled.length > 0 ? [`${cancelled.length} not finished: you cancelled.`] : []),
  ].join(" ");
}

/** What a user should know of how a file was made, as sentences; nothing if all went the usual way. */
export function outcomeNotes({ report, startedAnew, readBack }: FileOutcome): string {
  const notes: string[] = [];
  if (report.resumedBytes > 0) {
    notes.push(`${bytesText(report.resumedBytes)} of it were there from an interrupted run.`);
  }
  if (startedAnew !== null) {
    notes.push(`An interrupted run could not be resumed (${startedAnewTexts[startedAnew]}).`);
  }
  if (readBack === "no identity at hand") {
    notes.push("The original was kept, since you have no identity to read the result back with.");
  }
  return notes.join(" ");
}

const startedAnewTexts: Readonly<Record<NonNullable<FileOutcome["startedAnew"]>, string>> = {
  "the source changed": "the source changed since",
  "other recipients": "it was for other recipients",
  "no identity at hand": "none of your identities opens it",
  armored: "armored files are written anew",
  damaged: "what was there is damaged",
  "not private": "others could write to it",
  "not on record": "nothing tells whom it was for",
};

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A text of sections, without those that are empty. */
function document(title: string, sections: readonly [string, readonly string[]][]): string {
  const parts = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([name, lines]) =>
      [`${name} (${lines.length})`, ...lines.map((l) => `  ${l}`)].join("\n"),
    );
  return `${[title, ...parts].join("\n\n")}\n`;
}
