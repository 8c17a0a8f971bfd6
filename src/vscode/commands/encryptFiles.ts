import { basename } from "node:path";
import * as vscode from "vscode";
import {
  planBatch,
  withSums,
  type BatchPlan,
  type BatchItem,
} from "../../documents/files/planBatch";
import { encryptFile } from "../../documents/files/encryptFile";
import type { FileOutcome } from "../../documents/files/fileOutcome";
import type { Skipped } from "../../documents/files/walkFolder";
import type { HeldIdentity } from "../../documents/files/heldIdentity";
import { encryptedName, isEncryptedName } from "../../documents/disk/encryptedNames";
import { counted } from "../wording/plural";
import { quoted, whatOf } from "../wording/foreignText";
import { settings } from "../settings/settings";
import type { Originals } from "../originals";
import {
  agreeOnFile,
  agreeOnPlan,
  savedFirst,
  tellImpossible,
  withSavedEditors,
} from "./agreement";
import { recipientsByTarget, pickBatchRecipients, type BatchChoice } from "./batchRecipients";
import type { CommandContext } from "./context";
import { pickFormat } from "./formatPicker";
import { confirmIdentities, identityFilesOf, originalsOf } from "./identityGuard";
import { LockWatch } from "../../keys/lockWatch";
import { planned } from "./planning";
import { replaceOriginalTabs } from "./originalTabs";
import { pickRecipients, type RecipientChoice } from "./recipientPicker";
import { isSingle, runPlan, tellDone } from "./runFiles";
import { sourcesOf, type SourceKind } from "./sources";

/**
 * Encrypt File… and Encrypt Folder…: asks for the recipients, the format and the fate of the
 * originals. If there are several files, it shows a plan. It then encrypts each file beside its
 * original.
 */
export async function encryptFilesCommand(
  context: CommandContext,
  kind: SourceKind,
  uri: unknown,
  selected: unknown,
): Promise<void> {
  const sources = await sourcesOf(kind, "Encrypt", uri, selected);
  const [first] = sources;
  if (first === undefined || (kind === "files" && !(await isMeant(sources)))) return;
  const { documentContext, prompts, strategies } = context;
  await strategies.confirmUsable(encryptedName(first));
  const { disk } = documentContext;
  const isOne = kind === "files" && sources.length === 1;
  const looked = {
    identityFiles: await identityFilesOf(documentContext),
    identitiesSeen: new Map<string, HeldIdentity | null>(),
    leftOut: settings.leftOut(),
    oddTargets: isOne ? "ask" : "leave out",
  } as const;
  const usual = { recipients: 1, format: "binary", ...looked } as const;
  const draft = await planned(kind, (signal) => planBatch("encrypt", sources, disk, usual, signal));
  if (tellImpossible(draft) || !(await confirmIdentities(draft.items))) return;
  const what = isOne ? quoted(encryptedName(basename(first))) : counted(draft.items.length, "file");
  const choice = isOne
    ? oneForAll(await pickRecipients(encryptedName(first), what, documentContext, prompts))
    : await pickBatchRecipients(draft.items, documentContext, prompts);
  if (choice === null) return;
  const lock = new LockWatch(documentContext.keys.keyring);
  try {
    const format = await pickFormat(what);
    if (format === null) return;
    const original = await pickFate(sources, draft.items.length);
    if (original === null) return;
    const size = { recipients: mostRecipients(choice), format };
    const anew = await planned(kind, (signal) =>
      planBatch("encrypt", sources, disk, { ...size, ...looked }, signal),
    );
    const whole = await withSums(withoutUnlisted(anew, choice), size, disk);
    const lists = choice.kind === "lists" ? choice.lists : null;
    const agreed = isOne
      ? await agreeOnFile(whole, disk)
      : await agreeOnPlan(whole, consequencesOf(choice, original), context, lists);
    const plan = agreed === null ? null : await withSavedEditors(agreed, disk);
    if (plan === null) return;
    const originals = original === "trash" ? await originalsOf(documentContext) : null;
    const readBack = original === "trash" ? "compare with the source" : "no";
    const recipientsOf = recipientsByTarget(choice);
    const { done } = await runPlan(
      plan,
      async ({ source, target, existing, seen }, onProgress, signal) => {
        const people = recipientsOf(target);
        if (people === null) throw new TypeError("nobody chose whom the file is for");
        const files = { source, target, existing, seen };
        const encryption = { ...files, ...people, format, readBack, original } as const;
        return encryptFile(encryption, documentContext, onProgress, signal);
      },
      originals,
      context,
    );
    // Only after all is done: otherwise a passphrase would be remembered in spite of a lock
    // meanwhile.
    if (!lock.wasLocked() && choice.kind === "one for all") {
      for (const { target } of done) keepPassphrase(context, target, choice.choice);
    }
    for (const { source, target } of done) {
      if (originals?.isGone(source) === true) {
        await replaceOriginalTabs(source, target, context.opener, lock);
      }
    }
    const [only] = done;
    if (isSingle(plan) && only !== undefined) {
      const named = recipientsOf(only.target)?.named ?? null;
      sayEncrypted(only.target, only.outcome, { named }, originals);
    }
  } finally {
    lock.dispose();
    if (choice.kind === "lists") choice.wipe();
    else choice.choice.wipe();
  }
}

function oneForAll(choice: RecipientChoice | null): BatchChoice | null {
  return choice === null ? null : { kind: "one for all", choice, overruled: 0 };
}

/** Counts the most recipients of any file, to estimate the room that the results need. */
function mostRecipients(choice: BatchChoice): number {
  if (choice.kind === "one for all") return choice.choice.recipients.length;
  return Math.max(1, ...choice.lists.map(({ recipients }) => recipients.length));
}

/** Leaves out the files that no usable list applies to. They get no other list's recipients. */
function withoutUnlisted(plan: BatchPlan, choice: BatchChoice): BatchPlan {
  if (choice.kind === "one for all") return plan;
  const recipientsOf = recipientsByTarget(choice);
  const items: BatchItem[] = [];
  const skipped: Skipped[] = [...plan.skipped];
  for (const item of plan.items) {
    const isNew = { reason: "new since the recipients were chosen" } as const;
    if (recipientsOf(item.target) !== null) items.push(item);
    else skipped.push({ path: item.source, ...(choice.without.get(item.target) ?? isNew) });
  }
  return { ...plan, items, skipped };
}

/** Remembers the passphrase of a new file, so that it opens without a question. */
export function keepPassphrase(
  { documentContext }: CommandContext,
  path: string,
  { passphrase }: Pick<RecipientChoice, "passphrase">,
): void {
  if (passphrase !== null) documentContext.keys.keyring.rememberPassphrase(path, passphrase);
}

/** Says that a file is encrypted, and offers to open it. */
export function sayEncrypted(
  target: string,
  outcome: FileOutcome,
  { named }: Pick<RecipientChoice, "named">,
  originals: Originals | null,
): void {
  const whom = named === null ? "with a passphrase" : `for ${counted(named.length, "recipient")}`;
  const text = `${quoted(basename(target))} is encrypted ${whom}`;
  void tellDone(text, outcome, originals?.summary() ?? "", "Open").then((answer) => {
    if (answer === undefined) return undefined;
    return vscode.commands.executeCommand("cage.openDecrypted", vscode.Uri.file(target));
  });
}

/** Says what a user should know before several files are encrypted. */
function consequencesOf(choice: BatchChoice, original: "keep" | "trash"): string {
  const fate =
    original === "trash"
      ? "Each original goes to the trash once its copy has been read back and compared."
      : "The originals are kept.";
  return `${whomText(choice)} ${fate}`;
}

function whomText(choice: BatchChoice): string {
  if (choice.kind === "lists") return "Each is encrypted for everybody in its list.";
  const { named } = choice.choice;
  const people =
    named === null
      ? "One passphrase opens all of them; deriving a key from it takes about a second for each file."
      : `All are encrypted for the same ${named.length === 1 ? "recipient" : `${named.length} recipients`}.`;
  if (choice.overruled === 0) return people;
  return `${people} ${counted(choice.overruled, "recipients list")} of their folders ${choice.overruled === 1 ? "is" : "are"} not used.`;
}

/** Asks before an encrypted file is encrypted once more. */
async function isMeant(sources: readonly string[]): Promise<boolean> {
  const twice = sources.filter((source) => isEncryptedName(source));
  if (twice.length === 0) return true;
  const answer = await vscode.window.showWarningMessage(
    `${whatOf(twice)} ${twice.length === 1 ? "is" : "are"} encrypted already. Encrypt once more?`,
    {
      modal: true,
      detail:
        "To change who may read a file, change the list of its recipients (.age-recipients, or the setting cage.recipients) and run Re-encrypt. A file with a passphrase keeps its passphrase.",
    },
    "Encrypt Once More",
  );
  return answer !== undefined;
}

/** @param count - the number of files in the sources. */
async function pickFate(
  sources: readonly string[],
  count: number,
): Promise<"keep" | "trash" | null> {
  const originals = count === 1 ? "original" : "originals";
  const items = [
    { label: `Keep the ${originals}`, description: whatOf(sources), fate: "keep" as const },
    {
      label: `Move the ${originals} to the trash`,
      description: "once the encrypted file has been written, read back and compared",
      fate: "trash" as const,
    },
  ];
  const title = `What becomes of the ${originals}?`;
  const options = { title, placeHolder: savedFirst(sources), ignoreFocusOut: true };
  return (await vscode.window.showQuickPick(items, options))?.fate ?? null;
}
