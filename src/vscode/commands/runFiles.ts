import { basename } from "node:path";
import * as vscode from "vscode";
import { runBatch, type BatchReport } from "../../documents/batch";
import type { BatchItem, BatchPlan } from "../../documents/batchPlan";
import type { FileOutcome } from "../../documents/fileOutcome";
import type { BatchOperation } from "../../documents/folderWalk";
import type { Progress } from "../../strategies/strategy";
import {
  lackText,
  outcomeNotes,
  planSummary,
  planText,
  reportSummary,
  reportText,
  skippedSummary,
} from "../fileReportText";
import { quoted } from "../foreignText";
import { withFileProgress } from "../progress";
import type { CommandContext } from "./context";
import { freeTarget } from "./freeTarget";

/** A file of a plan that the user agreed to, and whether its target may be replaced. */
export interface AgreedItem extends BatchItem {
  readonly existing: "replace" | "keep";
}

/** A plan that the user agreed to. */
export interface AgreedPlan extends BatchPlan {
  readonly items: readonly AgreedItem[];
}

/**
 * Shows what a batch will do and asks for agreement. One file is agreed on by the command itself, unless
 * something has its target's name.
 *
 * @param warning - a sentence on what the result means, for the question.
 * @returns null when dismissed, or when nothing can be done, which is told.
 */
export async function agreeOnPlan(
  plan: BatchPlan,
  warning: string,
  { reports }: CommandContext,
): Promise<AgreedPlan | null> {
  const { operation, items, skipped, lacks } = plan;
  const [only] = items;
  if (only === undefined) {
    const left = skippedSummary(skipped);
    void vscode.window.showInformationMessage(`There is nothing to ${operation}. ${left}`);
    return null;
  }
  if (lacks.length > 0) {
    void vscode.window.showErrorMessage(
      `Nothing was written: ${lackText(lacks)} Free some space, then try again.`,
    );
    return null;
  }
  if (items.length === 1 && skipped.length === 0) {
    const target = await freeTarget(only.target);
    return target === null ? null : { ...plan, items: [{ ...only, ...target }] };
  }
  const verb = capital(operation);
  const taken = items.filter(({ isTaken }) => isTaken).length;
  const free = items.length - taken;
  const all = `${verb} ${counted(items.length)}`;
  const keep = `${verb} ${free}, Leave the Existing`;
  const replace = `${verb} ${items.length}, Overwrite ${taken}`;
  const show = "Show Plan";
  const choices = taken === 0 ? [all] : free === 0 ? [replace] : [keep, replace];
  const detail = [
    planSummary(plan),
    ...(taken > 0 ? [`Existing targets: ${taken}. Overwriting cannot be undone.`] : []),
    warning,
  ].join("\n\n");
  const question = `${all}?`;
  // Enter presses the first button: where that would overwrite, it shows the plan instead.
  const buttons = free === 0 ? [show, ...choices] : [...choices, show];
  let answer = await vscode.window.showInformationMessage(
    question,
    { modal: true, detail },
    ...buttons,
  );
  if (answer === show) {
    await reports.show(`${verb}ion Plan`, planText(plan));
    // A modal question would hide the plan.
    answer = await vscode.window.showInformationMessage(question, ...choices);
  }
  if (answer === all || answer === replace) return agreed(plan, "replace");
  return answer === keep ? agreed(plan, "keep") : null;
}

/**
 * Runs a plan under one progress, and tells at its end what became of it. The failure of a single file is
 * thrown; those of several are in the report.
 */
export async function runPlan(
  plan: AgreedPlan,
  run: (item: AgreedItem, onProgress: Progress, signal?: AbortSignal) => Promise<FileOutcome>,
  { statusBar, log, onReport, reports }: CommandContext,
): Promise<BatchReport> {
  const { operation, items } = plan;
  const verb = operation === "encrypt" ? "Encrypting" : "Decrypting";
  const what = whatOf(items.map(({ source }) => source));
  const start = performance.now();
  const report = await withFileProgress({ verb, what }, statusBar, (onProgress, signal) =>
    // The items that come back are those that went in.
    runBatch(
      plan,
      async (item, onItem) => {
        const outcome = await run(item as AgreedItem, onItem, signal);
        onReport(operation === "encrypt" ? item.target : item.source, outcome.report);
        return outcome;
      },
      onProgress,
      signal,
    ),
  );
  const seconds = (performance.now() - start) / 1000;
  for (const { source, error } of report.failed) log.failure(operation, source, error);
  if (items.length === 1) {
    const [failure] = report.failed;
    if (failure !== undefined) throw failure.error;
    return report;
  }
  const text = reportSummary(operation, report, seconds);
  log.info(text);
  const show = "Show Report";
  const told =
    report.failed.length > 0
      ? vscode.window.showWarningMessage(text, show)
      : vscode.window.showInformationMessage(text, show);
  void told.then(async (answer) => {
    if (answer === undefined) return;
    const title = `${capital(operation)}ion Report`;
    await reports.show(title, reportText(operation, report, seconds));
  });
  return report;
}

/** Tells that a single file is done, with what there is to know, and offers something. */
export async function tellDone(
  text: string,
  outcome: FileOutcome,
  ...offers: readonly string[]
): Promise<string | undefined> {
  const notes = outcomeNotes(outcome);
  return vscode.window.showInformationMessage(notes === "" ? text : `${text} ${notes}`, ...offers);
}

/** "a.txt", "a.txt and 3 more" */
export function whatOf(paths: readonly string[]): string {
  const [first = ""] = paths;
  const name = quoted(basename(first));
  return paths.length < 2 ? name : `${name} and ${paths.length - 1} more`;
}

function agreed(plan: BatchPlan, taken: "replace" | "keep"): AgreedPlan {
  const items: AgreedItem[] = [];
  const skipped = [...plan.skipped];
  for (const item of plan.items) {
    if (!item.isTaken) items.push({ ...item, existing: "keep" });
    else if (taken === "replace") items.push({ ...item, existing: "replace" });
    else skipped.push({ path: item.source, reason: "its target exists already" });
  }
  return { ...plan, items, skipped, bytes: items.reduce((sum, { size }) => sum + size, 0) };
}

function capital(operation: BatchOperation): string {
  return operation === "encrypt" ? "Encrypt" : "Decrypt";
}

function counted(count: number): string {
  return `${count} File${count === 1 ? "" : "s"}`;
}
