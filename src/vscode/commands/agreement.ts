import * as vscode from "vscode";
import { sawAnew, type BatchItem, type BatchPlan } from "../../documents/files/planBatch";
import type { BatchOperation } from "../../documents/files/walkFolder";
import type { Existing } from "../../documents/disk/replacedVersion";
import { counted } from "../wording/plural";
import { saveEditors, unsavedOf } from "../editorTexts";
import { longestMessage } from "../wording/failureText";
import type { Disk } from "../../documents/disk/disk";
import { lackText, planSummary, planText } from "../wording/batchText";
import { skippedSummary } from "../wording/leftOutText";
import { listsQuestion, type ShownList } from "../wording/listsText";
import { quoted, whatOf } from "../wording/foreignText";
import type { CommandContext } from "./context";
import { freeTarget } from "./freeTarget";

/**
 * A file of a plan that the user agreed to, with the version of its target that may be replaced.
 */
export interface AgreedItem extends BatchItem {
  readonly existing: Existing;
}

/** A plan that the user agreed to. */
export interface AgreedPlan extends BatchPlan {
  readonly items: readonly AgreedItem[];
}

/** Picks the version that may be replaced; null for none. */
export function takenOf(existing: Existing): string | null {
  return existing === "keep" ? null : existing.replace;
}

/**
 * Agrees on the work on one file that the user chose. It asks only if the target exists.
 *
 * @returns null if the user dismissed it, or if it can't be done; then a message says why.
 */
export async function agreeOnFile(plan: BatchPlan, disk: Disk): Promise<AgreedPlan | null> {
  const [item] = plan.items;
  if (item === undefined || tellImpossible(plan)) return null;
  const free = await freeTarget(item.target, disk);
  if (free === null) return null;
  const { target, existing, real } = free;
  const seen = { ...item.seen, target: real };
  return { ...plan, items: [{ ...item, target, existing, taken: takenOf(existing), seen }] };
}

/**
 * Shows what a batch will do and asks for agreement.
 *
 * @param consequences - the consequences of the work, as sentences.
 * @param lists - the lists of recipients that the files are encrypted for; null if the batch uses
 * none.
 * @returns null if the user dismissed it, or if nothing can be done; then a message says why.
 */
export async function agreeOnPlan(
  plan: BatchPlan,
  consequences: string,
  { reports }: CommandContext,
  lists: readonly ShownList[] | null = null,
): Promise<AgreedPlan | null> {
  if (tellImpossible(plan)) return null;
  const { operation, items } = plan;
  const verb = operation === "encrypt" ? "Encrypt" : "Decrypt";
  const taken = items.filter((item) => item.taken !== null).length;
  const all = `${verb} ${counted(items.length, "File")}`;
  const keep = `${verb} ${items.length - taken}, Leave the Existing`;
  const replace = `${verb} ${items.length}, Overwrite ${taken}`;
  const show = "Show Plan";
  const choices = taken === 0 ? [all] : taken === items.length ? [replace] : [keep, replace];
  const overwriting = taken > 0 ? existingText(operation, taken) : "";
  const { lines, isWhole } = listsQuestion(lists ?? []);
  const first = savedFirst(items.map(({ source }) => source));
  const meaning = `${consequences} ${first}`.trim();
  const detail = [planSummary(plan), overwriting, meaning, lines.join("\n")];
  // Enter presses the first button: it shows the plan if every other one would overwrite. If the
  // question has no room for all lists, the user must see the plan before agreeing.
  const safest = taken === items.length ? [show, ...choices] : [...choices, show];
  const buttons = isWhole ? safest : [show];
  let answer = await vscode.window.showInformationMessage(
    `${all}?`,
    { modal: true, detail: detail.filter((text) => text !== "").join("\n\n") },
    ...buttons,
  );
  if (answer === show) {
    const title = operation === "encrypt" ? "Encryption Plan" : "Decryption Plan";
    await reports.show(title, planText(plan, [overwriting, meaning].join(" ").trim(), lists));
    // A modal question would hide the plan, and a notification may disappear before it is read.
    answer = await vscode.window.showQuickPick([...choices, "Cancel"], {
      title: `${all}? ${overwriting}`,
      placeHolder: "The plan is below. Choose when you have read it.",
      ignoreFocusOut: true,
    });
  }
  if (answer === all || answer === replace) return agreed(plan, "overwrite");
  return answer === keep ? agreed(plan, "leave") : null;
}

/** Writes "1 encrypted file already exists. Overwriting it cannot be undone." */
function existingText(operation: BatchOperation, count: number): string {
  const exist = count === 1 ? "already exists" : "already exist";
  const it = count === 1 ? "it" : "them";
  return `${counted(count, `${operation}ed file`)} ${exist}. Overwriting ${it} cannot be undone.`;
}

/**
 * Saves the unsaved text of a plan's files, which changes their versions.
 *
 * @returns the plan with the new versions; null if VS Code could not save a file, and said why.
 */
export async function withSavedEditors(plan: AgreedPlan, disk: Disk): Promise<AgreedPlan | null> {
  const saved = await saveEditors(plan.items.map(({ source }) => source));
  if (saved === null) return null;
  return { ...plan, items: await sawAnew(plan.items, saved, disk) };
}

/** Says which unsaved text {@link withSavedEditors} will save; "" for none. */
export function savedFirst(sources: readonly string[]): string {
  const unsaved = unsavedOf(sources);
  if (unsaved.length === 0) return "";
  return `The unsaved text of ${whatOf(unsaved)} is saved to the disk first.`;
}

/** Shows why nothing of a plan can be done. @returns false if something can be done. */
export function tellImpossible({ operation, items, skipped, lacks }: BatchPlan): boolean {
  if (items.length === 0) {
    const detail = skipped.find((one) => one.detail !== undefined)?.detail;
    const more = detail === undefined ? "" : ` ${quoted(detail, longestMessage)}`;
    const text = `There is nothing to ${operation}. ${skippedSummary(operation, skipped)}${more}`;
    void vscode.window.showInformationMessage(text.trim());
    return true;
  }
  if (lacks.length === 0) return false;
  void vscode.window.showErrorMessage(
    `Nothing was written: ${lackText(lacks)} Free some space, then try again.`,
  );
  return true;
}

function agreed(plan: BatchPlan, existing: "overwrite" | "leave"): AgreedPlan {
  const items: AgreedItem[] = [];
  const skipped = [...plan.skipped];
  for (const item of plan.items) {
    const { taken } = item;
    if (taken === null) items.push({ ...item, existing: "keep" });
    else if (existing === "overwrite") items.push({ ...item, existing: { replace: taken } });
    else skipped.push({ path: item.source, reason: "target already exists" });
  }
  return { ...plan, items, skipped, bytes: items.reduce((sum, { size }) => sum + size, 0) };
}
