import { basename } from "node:path";
import * as vscode from "vscode";
import { planBatch } from "../../documents/batchPlan";
import { encryptFile } from "../../documents/encryptFile";
import type { FileOutcome } from "../../documents/fileOutcome";
import { encryptedName, isEncryptedName } from "../../documents/names";
import { saveEditors } from "../editorTexts";
import { quoted } from "../foreignText";
import { moveToTrash } from "../trash";
import { pickFormat } from "./formatPicker";
import { pickRecipients, type Choice } from "./recipientPicker";
import { agreeOnPlan, runPlan, tellDone, whatOf } from "./runFiles";
import { sourcesOf, type SourceKind } from "./sources";
import type { CommandContext } from "./context";

/**
 * Encrypt File… and Encrypt Folder…: asks whom for, in which format, and what becomes of the originals,
 * shows a plan where there are many, and encrypts each file to its own beside it.
 */
export async function encryptFilesCommand(
  context: CommandContext,
  kind: SourceKind,
  uri: unknown,
  selected: unknown,
): Promise<void> {
  const sources = await sourcesOf(kind, "Encrypt", uri, selected);
  const [first] = sources;
  if (first === undefined) return;
  if (!(await isMeant(sources)) || !(await saveEditors(sources))) return;
  const { documentContext } = context;
  const choice = await pickRecipients(encryptedName(first), documentContext, context.prompts);
  if (choice === null) return;
  try {
    const format = await pickFormat(whatOf(sources.map((source) => encryptedName(source))));
    if (format === null) return;
    const original = await pickFate(sources);
    if (original === null) return;
    const { recipients } = choice;
    const plan = await agreeOnPlan(
      await planBatch("encrypt", sources, documentContext.disk, {
        ...{ recipients: recipients.length, format },
      }),
      original === "trash" ? "The originals are moved to the trash." : "The originals are kept.",
      context,
    );
    if (plan === null) return;
    const readBack = original === "trash" ? "compare with the source" : "no";
    const { done } = await runPlan(
      plan,
      async ({ source, target, existing }, onProgress, signal) => {
        const files = { source, target, existing };
        const encryption = { ...files, ...choice, format, readBack, original } as const;
        return encryptFile(encryption, documentContext, onProgress, signal);
      },
      context,
    );
    for (const { target } of done) keepPassphrase(context, target, choice);
    if (original === "trash") {
      await moveToTrash(done.filter(isReadBack).map(({ source }) => source));
    }
    const [only] = done;
    if (plan.items.length === 1 && only !== undefined) sayDone(only.target, only.outcome, choice);
  } finally {
    choice.wipe();
  }
}

/** Keeps the passphrase of a file that was just made, so that it opens without a question. */
export function keepPassphrase(
  { documentContext }: CommandContext,
  path: string,
  { passphrase }: Pick<Choice, "passphrase">,
): void {
  if (passphrase !== null) documentContext.keys.keyring.rememberPassphrase(path, passphrase);
}

/** Tells that a file is encrypted, and offers to open it. */
export function sayDone(
  target: string,
  outcome: FileOutcome,
  { named }: Pick<Choice, "named">,
): void {
  const whom =
    named === null
      ? "with a passphrase"
      : `for ${named.length} recipient${named.length === 1 ? "" : "s"}`;
  const text = `${quoted(basename(target))} is encrypted ${whom}.`;
  void tellDone(text, outcome, "Open").then((answer) => {
    if (answer === undefined) return undefined;
    return vscode.commands.executeCommand("cage.openDecrypted", vscode.Uri.file(target));
  });
}

/** An original goes only where its encrypted copy was decrypted and compared with it. */
export function isReadBack({ outcome }: { readonly outcome: FileOutcome }): boolean {
  return outcome.readBack === "compared";
}

/** Asks before something encrypted is encrypted once more. */
async function isMeant(sources: readonly string[]): Promise<boolean> {
  const twice = sources.filter((source) => isEncryptedName(source));
  if (twice.length === 0) return true;
  const answer = await vscode.window.showWarningMessage(
    `${whatOf(twice)} ${twice.length === 1 ? "is" : "are"} encrypted already. Encrypt once more?`,
    { modal: true, detail: "To change who may read a file, use Re-encrypt instead." },
    "Encrypt Once More",
  );
  return answer !== undefined;
}

async function pickFate(sources: readonly string[]): Promise<"keep" | "trash" | null> {
  const items = [
    { label: "Keep the original", description: whatOf(sources), fate: "keep" as const },
    {
      label: "Move the original to the trash",
      description: "once the encrypted file is written, read back and compared",
      fate: "trash" as const,
    },
  ];
  const title = "What becomes of the original?";
  return (await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true }))?.fate ?? null;
}
