import { basename } from "node:path";
import type { SkipReason } from "../../documents/files/walkFolder";
import { counted, listFirst } from "./plural";
import { explain } from "./failureText";
import { quoted } from "./foreignText";

/** The outcome of the re-encryption of several files, by their paths. */
export interface Reencryption {
  readonly done: readonly string[];
  /** The files whose re-encryption the user declined when asked. */
  readonly declined: readonly string[];
  readonly failed: readonly { readonly path: string; readonly error: unknown }[];
  /** The files not begun or not finished when the user cancelled or Cage was locked. */
  readonly notDone: readonly string[];
  /** True if a lock ended the work. */
  readonly wasLocked: boolean;
  /** The files without the suffix of an encrypted file. */
  readonly leftOut: readonly string[];
}

/** The most names that the question lists. */
const mostNames = 12;

/** Words the question asked before several files are re-encrypted. */
export function reencryptionPlan(
  paths: readonly string[],
  leftOut: readonly string[],
): { readonly message: string; readonly detail: string; readonly go: string } {
  const go = `Re-encrypt ${counted(paths.length, "File")}`;
  if (paths.length === 0) {
    return { message: "There is nothing to re-encrypt.", detail: leftOutText(leftOut), go };
  }
  const detail = [
    namesOf(paths),
    "Each gets a fresh file key, and is encrypted to the recipients that its list names now, or with its passphrase. Cage asks before it adds or removes anybody.",
    ...(leftOut.length === 0 ? [] : [leftOutText(leftOut)]),
  ];
  return { message: `${go}?`, detail: detail.join("\n\n"), go };
}

/** Writes "2 of 3 files were re-encrypted. 1 failed." */
export function reencryptionSummary(outcome: Omit<Reencryption, "leftOut">): string {
  const { done, declined, failed, notDone } = outcome;
  const all = done.length + declined.length + failed.length + notDone.length;
  return [
    `${done.length} of ${counted(all, "file")} ${done.length === 1 ? "was" : "were"} re-encrypted.`,
    ...(failed.length > 0 ? [`${failed.length} failed.`] : []),
    ...(declined.length > 0 ? [`${declined.length} left unchanged.`] : []),
    ...(notDone.length > 0 ? [`${notDone.length} skipped: ${reasonOf(outcome)}.`] : []),
  ].join(" ");
}

/** Says what became of each file. */
export function reencryptionReport(outcome: Reencryption): string {
  const { done, declined, failed, notDone, leftOut } = outcome;
  const failures = failed.map(({ path, error }) => {
    const { message, details = [], nextStep } = explain(error);
    return `${quoted(path)}\n    ${[message, ...details, nextStep].join(" ")}`;
  });
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ["Failed", failures],
    ["Left unchanged", declined.map((path) => quoted(path))],
    [`Skipped: ${reasonOf(outcome)}`, notDone.map((path) => quoted(path))],
    ["Done", done.map((path) => quoted(path))],
    [`Skipped, ${unlikeReason}`, leftOut.map((path) => quoted(path))],
  ];
  const shown = sections.filter(([, lines]) => lines.length > 0);
  const text = shown.map(
    ([title, lines]) => `${title}:\n${lines.map((one) => `  ${one}`).join("\n")}`,
  );
  return `${[reencryptionSummary(outcome), ...text].join("\n\n")}\n`;
}

function reasonOf({ wasLocked }: Pick<Reencryption, "wasLocked">): string {
  return wasLocked ? "Cage was locked" : "cancelled";
}

function leftOutText(leftOut: readonly string[]): string {
  return `${leftOut.length} skipped, ${unlikeReason}: ${namesOf(leftOut)}.`;
}

const unlikeReason: SkipReason = "without the suffix of an encrypted file";

function namesOf(paths: readonly string[]): string {
  return listFirst(paths, mostNames, (path) => quoted(basename(path)));
}
