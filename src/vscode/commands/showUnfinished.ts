import { basename } from "node:path";
import * as vscode from "vscode";
import { readAgeFile, type AgeFile } from "../../age/age";
import { AgeError, type Holder } from "../../age/errors";
import { decryptFile } from "../../documents/files/decryptFile";
import { encryptFile } from "../../documents/files/encryptFile";
import { lookUp } from "../../documents/files/openSource";
import type { Existing } from "../../documents/disk/replacedVersion";
import { discard, findUnfinished, type Unfinished } from "../../documents/files/unfinished";
import type {
  UnfinishedEncryption,
  UnfinishedOperation,
} from "../../documents/files/unfinishedRecord";
import { unlock } from "../../documents/unlocking/unlock";
import { wipeUnlocked } from "../../documents/unlocking/unlocked";
import { parseRecipient } from "../../keys/recipient";
import { quoted, quotedRecipient } from "../wording/foreignText";
import { holderText } from "../wording/holderText";
import { bytesText } from "../wording/progressText";
import type { AgreedPlan } from "./agreement";
import type { CommandContext } from "./context";
import { sayDecrypted } from "./decryptFiles";
import { keepPassphrase, sayEncrypted } from "./encryptFiles";
import { originalsOf } from "./identityGuard";
import { passphraseChoice, type RecipientChoice } from "./recipientPicker";
import { runPlan } from "./runFiles";

/** Unfinished Files…: lists the interrupted operations, and resumes or discards the chosen one. */
export async function showUnfinishedCommand(context: CommandContext): Promise<void> {
  const found = await findUnfinished(context.documentContext);
  if (found.length === 0) {
    void vscode.window.showInformationMessage("No encryption or decryption was interrupted.");
    return;
  }
  const items = found.map((unfinished) => ({
    label: titleOf(unfinished.record),
    description: stateOf(unfinished),
    detail: quoted(unfinished.record.target),
    unfinished,
  }));
  const placeHolder = "Interrupted operations: choose one to resume or discard it";
  const options = { title: "Unfinished Files", placeHolder, ignoreFocusOut: true };
  const chosen = await vscode.window.showQuickPick(items, options);
  if (chosen === undefined) return;
  const { record, holder } = chosen.unfinished;
  if (holder !== null && !(await agreeThatItIsOver(record, holder))) return;
  const answer = await vscode.window.showQuickPick(
    [
      { label: resumeLabel, description: "verify what was written and do the rest" },
      { label: discardLabel, description: "delete what was written; the source stays as it is" },
    ],
    { title: titleOf(record), ignoreFocusOut: true },
  );
  await act(answer?.label, record, context);
}

/** Offers to resume or discard one interrupted operation, and does it. */
export async function offer(unfinished: Unfinished, context: CommandContext): Promise<void> {
  const { record, holder } = unfinished;
  const text =
    holder === null
      ? `${titleOf(record)} was interrupted (${stateOf(unfinished)}).`
      : `${titleOf(record)} was interrupted, or is still running elsewhere (${stateOf(unfinished)}).`;
  const answer = await vscode.window.showWarningMessage(text, resumeLabel, discardLabel);
  if (answer === undefined) return;
  if (holder !== null && !(await agreeThatItIsOver(record, holder))) return;
  await act(answer, record, context);
}

/** Says in one message that several operations were interrupted, and offers their list. */
export async function offerMany(count: number): Promise<void> {
  const text = `${count} encryptions or decryptions were interrupted.`;
  const show = "Unfinished Files…";
  if ((await vscode.window.showWarningMessage(text, show)) !== show) return;
  await vscode.commands.executeCommand("cage.showUnfinished");
}

/** Asks before Cage ends a run that it can't check from here: it may be alive. */
async function agreeThatItIsOver(record: UnfinishedOperation, holder: Holder): Promise<boolean> {
  const lines = [
    `It was started by ${holderText(holder)}. Cage can't tell from here whether that process is still running: it belongs to another machine or container, or its number is in use by a process that may be a different one.`,
    `If it is still running, it will fail, and what it wrote of ${quoted(record.target)} is lost.`,
  ];
  const answer = await vscode.window.showWarningMessage(
    `${titleOf(record)}: is that run over?`,
    { modal: true, detail: lines.join("\n\n") },
    itIsOver,
  );
  return answer === itIsOver;
}

const itIsOver = "It Is Over";

const resumeLabel = "Resume";
const discardLabel = "Discard";

async function act(
  answer: string | undefined,
  record: UnfinishedOperation,
  context: CommandContext,
): Promise<void> {
  if (answer === discardLabel) await discard(record, context.documentContext);
  if (answer !== resumeLabel) return;
  const plan = await agreeOnResuming(record, context);
  if (plan !== null) await resume(record, plan, context);
}

/** Writes "Encrypting backup.tar". */
function titleOf({ operation, source }: UnfinishedOperation): string {
  return `${operation === "encrypt" ? "Encrypting" : "Decrypting"} ${quoted(basename(source))}`;
}

/** Writes "512 MB of 4.3 GB is done". */
function stateOf({ record, partialSize, holder }: Unfinished): string {
  const done = Math.min(partialSize, record.sourceSize);
  const state = `${bytesText(done)} of ${bytesText(record.sourceSize)} is done`;
  return holder === null ? state : `${state}; ${holderText(holder)}`;
}

/**
 * Shows all that will happen, and asks. The user agreed to it before, but other programs of the
 * user can write the record, which is a file: it alone must not give a file away, replace one, or
 * delete one.
 *
 * @returns the same work on the same target, since another target would begin anew; null if
 * dismissed.
 * @throws AgeError "changed-on-disk" if the target is a link: a record never names one.
 */
async function agreeOnResuming(
  record: UnfinishedOperation,
  { documentContext: { disk, strategyFor } }: CommandContext,
): Promise<AgreedPlan | null> {
  const { operation, source, target, sourceSize: bytes } = record;
  const there = await disk.entry(target);
  if (there?.kind === "link") {
    const message = `${target} is a link by now, and may lead anywhere`;
    const facts = { path: target, change: "link at target" } as const;
    throw new AgeError("changed-on-disk", message, facts);
  }
  const seen = { ...(await lookUp({ source, target }, disk)), target };
  const encrypted = record.operation === "encrypt" ? record.target : record.source;
  const lines = [`From ${quoted(record.source)}`, `to ${quoted(record.target)}`];
  if (there !== null) {
    lines.push("A file with the target's name exists by now. It will be overwritten.");
  }
  if (record.operation === "encrypt") {
    const { recipients, original } = record;
    const whom = recipients?.map(quotedRecipient).join(", ") ?? "a passphrase";
    lines.push(`Encrypted for ${whom}.`);
    if (original === "trash") lines.push("The original is moved to the trash afterwards.");
  } else lines.push("The plaintext will lie on the disk, readable only by you.");
  if (strategyFor(encrypted).resumeEncryption === null) {
    lines.push(
      "It starts from the beginning, since the strategy chosen for this file can't resume.",
    );
  }
  const answer = await vscode.window.showInformationMessage(
    `${titleOf(record)}: go on?`,
    { modal: true, detail: lines.join("\n\n") },
    "Go On",
  );
  if (answer !== "Go On") return null;
  const taken = there?.version ?? null;
  const existing: Existing = taken === null ? "keep" : { replace: taken };
  const item = { source, target, size: bytes, taken, existing, identity: null, seen };
  return { operation, items: [item], skipped: [], bytes, lacks: [] };
}

async function resume(
  record: UnfinishedOperation,
  plan: AgreedPlan,
  context: CommandContext,
): Promise<void> {
  const { documentContext } = context;
  if (record.operation === "decrypt") {
    const { done } = await runPlan(
      plan,
      (item, onProgress, signal) =>
        decryptFile({ ...item, resumes: record }, documentContext, onProgress, signal),
      null,
      context,
    );
    for (const { target, outcome } of done) sayDecrypted(target, outcome);
    return;
  }
  const choice = await sameChoice(record, context);
  const { readBack, original } = record;
  const originals = original === "trash" ? await originalsOf(documentContext) : null;
  try {
    const { done } = await runPlan(
      plan,
      ({ source, target, existing, seen }, onProgress, signal) => {
        const files = { source, target, existing, seen, resumes: record };
        const encryption = { ...files, ...choice, format: "binary", readBack, original } as const;
        return encryptFile(encryption, documentContext, onProgress, signal);
      },
      originals,
      context,
    );
    for (const { target, outcome } of done) {
      keepPassphrase(context, target, choice);
      sayEncrypted(target, outcome, choice, originals);
    }
  } finally {
    choice.wipe();
  }
}

/**
 * Finds the recipients of the interrupted file once its key is at hand. The work can go on only
 * with that key, and may go on only with the right passphrase.
 */
async function sameChoice(
  { partial, target, recipients: named }: UnfinishedEncryption,
  { documentContext: { disk, keys } }: CommandContext,
): Promise<RecipientChoice> {
  let file: AgeFile | null = null;
  try {
    file = await readAgeFile(disk.stream(partial));
    wipeUnlocked(await unlock(file, target, keys, "ask"));
  } catch (error) {
    // Without a key the work starts anew, and says so. A file with a passphrase can't: no other one
    // may take its place.
    const canStartAnew = named !== null && error instanceof AgeError && error.code !== "dismissed";
    if (!canStartAnew) throw error;
  } finally {
    await file?.close();
  }
  if (named !== null) {
    const recipients = named.map(({ text }) => parseRecipient(text));
    return { recipients, named, identities: [], passphrase: null, wipe: () => undefined };
  }
  const passphrase = keys.keyring.passphraseFor(target);
  if (passphrase === null) throw new AgeError("locked", "Cage was locked meanwhile");
  return passphraseChoice(passphrase);
}
