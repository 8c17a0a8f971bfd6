import { basename } from "node:path";
import * as vscode from "vscode";
import { isCancelled, isDeclined } from "../../age/errors";
import { AgreedChanges } from "../../documents/questions/agreedChanges";
import { isEncryptedName } from "../../documents/disk/encryptedNames";
import { saveEditors } from "../editorTexts";
import { fallbackSentences } from "../wording/batchText";
import { quoted } from "../wording/foreignText";
import { abortable } from "../status/progress";
import {
  reencryptionPlan,
  reencryptionReport,
  reencryptionSummary,
  type Reencryption,
} from "../wording/reencryptText";
import { summary } from "../wording/operationText";
import { savedFirst } from "./agreement";
import type { CommandContext } from "./context";
import { LockWatch } from "../../keys/lockWatch";
import { encryptedTargets } from "./target";

/**
 * Re-encrypt: writes the same text with a fresh file key for the recipients that the file should
 * have now. For several files it shows a plan first.
 */
export async function reencryptCommand(
  context: CommandContext,
  uri: unknown,
  selected: unknown,
): Promise<void> {
  const targets = await encryptedTargets(uri, selected, "Re-encrypt");
  const paths = targets.filter((path) => isEncryptedName(path));
  const [first] = targets;
  if (first === undefined) return;
  if (targets.length === 1) await reencryptOne(first, context);
  else await reencryptMany(paths, targets, context);
}

async function reencryptOne(path: string, { documents }: CommandContext): Promise<void> {
  if ((await saveEditors([path])) === null) return;
  const saved = await documents.reencrypt(path);
  if (saved.kind !== "written") return;
  const { report } = saved;
  const done = `${quoted(basename(path))} was re-encrypted (${summary(report)}).`;
  void vscode.window.showInformationMessage([done, ...fallbackSentences(report)].join(" "));
}

async function reencryptMany(
  paths: readonly string[],
  targets: readonly string[],
  context: CommandContext,
): Promise<void> {
  const leftOut = targets.filter((path) => !paths.includes(path));
  const { message, detail, go } = reencryptionPlan(paths, leftOut);
  const options = { modal: true, detail: `${detail}\n\n${savedFirst(paths)}`.trim() };
  const buttons = paths.length === 0 ? [] : [go];
  const answer = await vscode.window.showInformationMessage(message, options, ...buttons);
  if (answer !== go || (await saveEditors(paths)) === null) return;
  const outcome = await reencryptAll(paths, context);
  const { reports, log } = context;
  reports.keep("Re-encryption Report", reencryptionReport({ ...outcome, leftOut }));
  const text = reencryptionSummary(outcome);
  log.info(text);
  const show = "Show Report";
  const told =
    outcome.failed.length > 0
      ? vscode.window.showWarningMessage(text, show)
      : vscode.window.showInformationMessage(text, show);
  void told.then((pressed) => (pressed === show ? reports.showLast() : undefined));
}

/**
 * Re-encrypts each file, until a lock. A file that fails or is declined does not stop the others.
 */
async function reencryptAll(
  paths: readonly string[],
  { documents, documentContext, log }: CommandContext,
): Promise<Omit<Reencryption, "leftOut">> {
  const done: string[] = [];
  const declined: string[] = [];
  const failed: { path: string; error: unknown }[] = [];
  const title = "Re-encrypting";
  const location = vscode.ProgressLocation.Notification;
  const lock = new LockWatch(documentContext.keys.keyring);
  const agreed = new AgreedChanges(paths.length);
  try {
    await vscode.window.withProgress({ title, location, cancellable: true }, (progress, token) =>
      abortable(token, async (signal) => {
        for (const [index, path] of paths.entries()) {
          if (signal.aborted || lock.wasLocked()) return;
          const message = `${index + 1} of ${paths.length}: ${quoted(basename(path))}`;
          progress.report({ message, increment: index === 0 ? 0 : 100 / paths.length });
          try {
            const saved = await documents.reencrypt(path, signal, agreed);
            (saved.kind === "written" ? done : declined).push(path);
          } catch (error) {
            if (isCancelled(error) || lock.wasLocked()) return;
            log.failure("re-encrypt", path, error);
            if (isDeclined(error)) declined.push(path);
            else failed.push({ path, error });
          }
        }
      }),
    );
  } finally {
    lock.dispose();
  }
  const worked = new Set([...done, ...declined, ...failed.map(({ path }) => path)]);
  const notDone = paths.filter((path) => !worked.has(path));
  return { done, declined, failed, notDone, wasLocked: lock.wasLocked() };
}
