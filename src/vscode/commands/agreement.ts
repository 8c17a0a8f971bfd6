import * as vscode from "vscode";
import type { BatchItem, BatchPlan } from "../../documents/batchPlan";
import type { Existing } from "../../documents/placement";
import { counted } from "../counted";
import { lackText, planSummary, planText, skippedSummary } from "../fileReportText";
import type { CommandContext } from "./context";
import { freeTarget } from "./freeTarget";

/** A file of a plan that the user agreed to, and whether its target may be replaced. */
export interface AgreedItem extends BatchItem {
  readonly existing: Existing;
}

/** A plan that the user agreed to. */
export interface AgreedPlan extends BatchPlan {
  readonly items: readonly AgreedItem[];
}

/**
 * Agrees on the work on one file that the user chose: only what has its target's name is a question.
 *
 * @returns null when dismissed, or when it can't be done, which is told.
 */
export async function agreeOnFile(plan: BatchPlan): Promise<AgreedPlan | null> {
  const [item] = plan.items;
  if (item === undefined || tellImpossible(plan)) return null;
  const target = await freeTarget(item.target);
  return target === null ? null : { ...plan, items: [{ ...item, ...target }] };
}

/**
 * Shows what a batch will do and asks for agreement.
 *
 * @param consequences - what the work means, as sentences.
 * @returns null when dismissed, or when nothing can be done, which is told.
 */
export async function agreeOnPlan(
  plan: BatchPlan,
  consequences: string,
  { reports }: CommandContext,
): Promise<AgreedPlan | null> {
  if (tellImpossible(plan)) return null;
  const { operation, items } = plan;
  const verb = operation === "encrypt" ? "Encrypt" : "Decrypt";
  const taken = items.filter(({ isTaken }) => isTaken).length;
  const all = `${verb} ${counted(items.length, "File")}`;
  const keep = `${verb} ${items.length - taken}, Leave the Existing`;
  const replace = `${verb} ${items.length}, Overwrite ${taken}`;
  const show = "Show Plan";
  const choices = taken === 0 ? [all] : taken === items.length ? [replace] : [keep, replace];
  const overwriting = taken > 0 ? `Existing targets: ${taken}. Overwriting cannot be undone.` : "";
  const detail = [planSummary(plan), overwriting, consequences].filter((text) => text !== "");
  // Enter presses the first button: where that would overwrite, it shows the plan instead.
  const buttons = taken === items.length ? [show, ...choices] : [...choices, show];
  let answer = await vscode.window.showInformationMessage(
    `${all}?`,
    { modal: true, detail: detail.join("\n\n") },
    ...buttons,
  );
  if (answer === show) {
    const title = operation === "encrypt" ? "Encryption Plan" : "Decryption Plan";
    await reports.show(title, planText(plan, [overwriting, consequences].join(" ").trim()));
    // A modal question would hide the plan, and a notification goes while one reads.
    answer = await vscode.window.showQuickPick([...choices, "Cancel"], {
      title: `${all}? ${overwriting}`,
      placeHolder: "The plan is below. Choose when you have read it.",
      ignoreFocusOut: true,
    });
  }
  if (answer === all || answer === replace) return agreed(plan, "replace");
  return answer === keep ? agreed(plan, "keep") : null;
}

/** Tells why nothing of a plan can be done; false if something can. */
export function tellImpossible({ operation, items, skipped, lacks }: BatchPlan): boolean {
  if (items.length === 0) {
    const text = `There is nothing to ${operation}. ${skippedSummary(skipped)}`;
    void vscode.window.showInformationMessage(text.trim());
    return true;
  }
  if (lacks.length === 0) return false;
  void vscode.window.showErrorMessage(
    `Nothing was written: ${lackText(lacks)} Free some space, then try again.`,
  );
  return true;
}

function agreed(plan: BatchPlan, taken: Existing): AgreedPlan {
  const items: AgreedItem[] = [];
  const skipped = [...plan.skipped];
  for (const item of plan.items) {
    if (!item.isTaken) items.push({ ...item, existing: "keep" });
    else if (taken === "replace") items.push({ ...item, existing: "replace" });
    else skipped.push({ path: item.source, reason: "its target exists already" });
  }
  return { ...plan, items, skipped, bytes: items.reduce((sum, { size }) => sum + size, 0) };
}
