import * as vscode from "vscode";
import { runBatch, type BatchReport } from "../../documents/files/runBatch";
import type { BatchItem, BatchPlan } from "../../documents/files/planBatch";
import type { FileOutcome } from "../../documents/files/fileOutcome";
import type { Progress } from "../../strategies/strategy";
import { isOfStrategy } from "../wording/failureText";
import { amountText, outcomeNotes, reportSummary, reportText } from "../wording/batchText";
import { whatOf } from "../wording/foreignText";
import { missedOf } from "../wording/leftOutText";
import type { Originals } from "../originals";
import { withFileProgress } from "../status/progress";
import type { AgreedItem, AgreedPlan } from "./agreement";
import type { CommandContext } from "./context";

/** A function that works on one file of a plan. */
export type RunFile = (
  item: AgreedItem,
  onProgress: Progress,
  signal?: AbortSignal,
) => Promise<FileOutcome>;

/** Tells whether a plan is about one file, and leaves out no file that the user must know about. */
export function isSingle({ items, skipped }: BatchPlan): boolean {
  return items.length === 1 && missedOf(skipped).length === 0;
}

/**
 * Runs a plan under one progress, and says at its end what became of it. The failure of a single
 * file is thrown, and the caller reports its success. Those of several files are in the report.
 *
 * @param originals - moves the originals to the trash once they are encrypted; null to keep them.
 */
export async function runPlan(
  plan: AgreedPlan,
  run: RunFile,
  originals: Originals | null,
  context: CommandContext,
): Promise<BatchReport> {
  const { statusBar, log, onReport } = context;
  const { operation, items } = plan;
  const verb = operation === "encrypt" ? "Encrypting" : "Decrypting";
  const title = { verb, what: whatOf(items.map(({ source }) => source)) };
  const work = async (
    item: BatchItem,
    onProgress: Progress,
    signal?: AbortSignal,
  ): Promise<FileOutcome> => {
    // The batch hands back the very items of the plan.
    const outcome = await run(item as AgreedItem, onProgress, signal);
    onReport(operation === "encrypt" ? item.target : item.source, outcome.report);
    await originals?.moveToTrash(item.source, outcome);
    return outcome;
  };
  const report = await withFileProgress(title, statusBar, (onProgress, signal) =>
    runBatch(plan, work, onProgress, signal),
  );
  for (const { source, error } of report.failed) log.failure(operation, source, error);
  // After Cancel nothing more is to happen.
  if (report.cancelled.length === 0) await originals?.askForTheRest();
  if (!isSingle(plan)) {
    tell(report, plan, originals, context);
    return report;
  }
  const [failure] = report.failed;
  if (failure !== undefined) throw failure.error;
  if (report.cancelled.length === 1) {
    void vscode.window.showInformationMessage("Cancelled. Nothing was written.");
  }
  return report;
}

/**
 * Says that a single file is done, with what the user should know about it.
 *
 * @param text - what happened, as a sentence without its period.
 * @param advice - what follows from it, as sentences, or nothing.
 */
export async function tellDone(
  text: string,
  outcome: FileOutcome,
  advice: string,
  ...offers: readonly string[]
): Promise<string | undefined> {
  const sentences = [`${text} (${amountText([{ outcome }])}).`, outcomeNotes(outcome), advice];
  const told = sentences.filter((sentence) => sentence !== "").join(" ");
  return vscode.window.showInformationMessage(told, ...offers);
}

function tell(
  report: BatchReport,
  { operation }: BatchPlan,
  originals: Originals | null,
  { log, reports }: CommandContext,
): void {
  const title = operation === "encrypt" ? "Encryption Report" : "Decryption Report";
  const fates = originals?.summary() ?? "";
  reports.keep(title, reportText(operation, report, fates));
  const summary = reportSummary(operation, report);
  const text = fates === "" ? summary : `${summary} ${fates}`;
  log.info(text);
  const [show, native] = ["Show Report", "Use Native"];
  const ofStrategy = report.failed.find(({ error }) => isOfStrategy(error));
  const told =
    report.failed.length > 0 || missedOf(report.skipped).length > 0
      ? vscode.window.showWarningMessage(text, show, ...(ofStrategy === undefined ? [] : [native]))
      : vscode.window.showInformationMessage(text, show);
  void told.then(async (answer) => {
    if (answer === show) await reports.showLast();
    if (answer !== native || ofStrategy === undefined) return;
    await vscode.commands.executeCommand("cage.useNative", vscode.Uri.file(ofStrategy.source));
  });
}
