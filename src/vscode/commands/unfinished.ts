import { basename } from "node:path";
import * as vscode from "vscode";
import { readAgeFile, type AgeFile } from "../../age/age";
import { AgeError } from "../../age/errors";
import { ScryptIdentity, ScryptRecipient } from "../../age/scrypt";
import { decryptFile } from "../../documents/decryptFile";
import { encryptFile } from "../../documents/encryptFile";
import { discard, findUnfinished, type Unfinished } from "../../documents/unfinished";
import type { UnfinishedEncryption, UnfinishedOperation } from "../../documents/unfinishedRecord";
import { unlock } from "../../documents/unlock";
import { parseRecipient } from "../../keys/recipient";
import { quoted } from "../foreignText";
import { bytesText } from "../progressText";
import { moveToTrash } from "../trash";
import type { CommandContext } from "./context";
import { sayDecrypted } from "./decryptFiles";
import { isReadBack, keepPassphrase, sayDone } from "./encryptFiles";
import { freeTarget } from "./freeTarget";
import type { Choice } from "./recipientPicker";
import { runPlan } from "./runFiles";

/** Unfinished Files…: lists what was interrupted, and resumes or discards what is chosen. */
export async function showUnfinishedCommand(context: CommandContext): Promise<void> {
  const found = await findUnfinished(context.documentContext);
  if (found.length === 0) {
    void vscode.window.showInformationMessage("No encryption or decryption was interrupted.");
    return;
  }
  const items = found.map((unfinished) => ({
    label: quoted(basename(unfinished.record.target)),
    description: stateOf(unfinished),
    detail: quoted(unfinished.record.target),
    unfinished,
  }));
  const title = "Unfinished Files";
  const chosen = await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true });
  if (chosen === undefined) return;
  await offer(chosen.unfinished, context);
}

/** Offers to resume or discard one interrupted operation, and does it. */
export async function offer(unfinished: Unfinished, context: CommandContext): Promise<void> {
  const { operation, source } = unfinished.record;
  const verb = operation === "encrypt" ? "Encrypting" : "Decrypting";
  const answer = await vscode.window.showWarningMessage(
    `${verb} ${quoted(basename(source))} was interrupted (${stateOf(unfinished)}).`,
    "Resume",
    "Discard",
  );
  if (answer === "Discard") await discard(unfinished.record, context.documentContext);
  if (answer === "Resume") await resume(unfinished.record, context);
}

/** "512 MB of 4.3 GB are done" */
function stateOf({ record, partialSize }: Unfinished): string {
  const done = Math.min(partialSize, record.sourceSize);
  return `${bytesText(done)} of ${bytesText(record.sourceSize)} are done`;
}

async function resume(record: UnfinishedOperation, context: CommandContext): Promise<void> {
  const { operation, source, sourceSize: bytes } = record;
  const target = await sameTarget(record.target);
  if (target === null) return;
  const item = { source, size: bytes, isTaken: target.existing === "replace", ...target };
  const plan = { operation, items: [item], skipped: [], bytes, lacks: [] };
  if (record.operation === "decrypt") {
    const { done } = await runPlan(
      plan,
      (one, onProgress, signal) => decryptFile(one, context.documentContext, onProgress, signal),
      context,
    );
    for (const { outcome } of done) sayDecrypted(record.target, outcome);
    return;
  }
  const choice = await sameChoice(record, context);
  try {
    const { readBack, original } = record;
    const { done } = await runPlan(
      plan,
      (one, onProgress, signal) =>
        encryptFile(
          { ...one, ...choice, format: "binary", readBack, original },
          ...([context.documentContext, onProgress, signal] as const),
        ),
      context,
    );
    for (const item of done) {
      keepPassphrase(context, record.target, choice);
      if (original === "trash" && isReadBack(item)) await moveToTrash([source]);
      sayDone(record.target, item.outcome, choice);
    }
  } finally {
    choice.wipe();
  }
}

/** A target that came into being meanwhile is overwritten only if the user says so. */
async function sameTarget(target: string): ReturnType<typeof freeTarget> {
  const agreed = await freeTarget(target);
  return agreed?.target === target ? agreed : null;
}

/**
 * Whom the interrupted file is for, once its key is at hand: only with it can the work go on, and only
 * with the right passphrase may it.
 */
async function sameChoice(
  { partial, target, recipients: named }: UnfinishedEncryption,
  { documentContext: { disk, keys } }: CommandContext,
): Promise<Choice> {
  let file: AgeFile | null = null;
  try {
    file = await readAgeFile(disk.stream(partial));
    const { fileKey } = await unlock(file, target, keys, "ask");
    fileKey.fill(0);
  } catch (error) {
    // Without a key the work starts anew, and says so; a passphrase there is none other than this.
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
  const identity = new ScryptIdentity(
    () => Promise.resolve(passphrase),
    () => Promise.resolve(true),
  );
  return {
    recipients: [new ScryptRecipient(passphrase)],
    named: null,
    identities: [identity],
    passphrase,
    wipe: () => passphrase.fill(0),
  };
}
