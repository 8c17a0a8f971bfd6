import { basename } from "node:path";
import * as vscode from "vscode";
import { planBatch } from "../../documents/batchPlan";
import { encryptFile } from "../../documents/encryptFile";
import type { FileOutcome } from "../../documents/fileOutcome";
import type { DocumentContext } from "../../documents/openDocument";
import { encryptedName, isEncryptedName } from "../../documents/names";
import type { Keyring } from "../../keys/keyring";
import { saveEditors } from "../editorTexts";
import { quoted } from "../foreignText";
import { Originals } from "../originals";
import { agreeOnFile, agreeOnPlan, tellImpossible } from "./agreement";
import type { CommandContext } from "./context";
import { pickFormat } from "./formatPicker";
import { planned } from "./planning";
import { pickRecipients, type Choice } from "./recipientPicker";
import { runPlan, tellDone, whatOf } from "./runFiles";
import { sourcesOf, type SourceKind } from "./sources";

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
  if (first === undefined || (kind === "files" && !(await isMeant(sources)))) return;
  const { documentContext, prompts, strategies } = context;
  await strategies.confirmUsable(encryptedName(first));
  const { disk } = documentContext;
  const identityFiles = await identityFilesOf(documentContext);
  const usual = { recipients: 1, format: "binary", identityFiles } as const;
  const draft = await planned(kind, (signal) => planBatch("encrypt", sources, disk, usual, signal));
  if (tellImpossible(draft)) return;
  const isOne = kind === "files" && sources.length === 1;
  const what = isOne ? quoted(encryptedName(basename(first))) : `${draft.items.length} files`;
  const choice = await pickRecipients(encryptedName(first), what, documentContext, prompts);
  if (choice === null) return;
  const lock = watchLock(documentContext.keys.keyring);
  try {
    const format = await pickFormat(what);
    if (format === null) return;
    const original = await pickFate(sources);
    if (original === null) return;
    const size = { recipients: choice.recipients.length, format, identityFiles };
    const whole = await planned(kind, (signal) =>
      planBatch("encrypt", sources, disk, size, signal),
    );
    const plan = isOne
      ? await agreeOnFile(whole)
      : await agreeOnPlan(whole, consequencesOf(choice, original), context);
    if (plan === null || !(await saveEditors(plan.items.map(({ source }) => source)))) return;
    const originals = original === "trash" ? new Originals(disk) : null;
    const readBack = original === "trash" ? "compare with the source" : "no";
    const { done } = await runPlan(
      plan,
      async ({ source, target, existing }, onProgress, signal) => {
        const files = { source, target, existing };
        const encryption = { ...files, ...choice, format, readBack, original } as const;
        return encryptFile(encryption, documentContext, onProgress, signal);
      },
      originals,
      context,
    );
    // Not before all is done: a lock meanwhile would be undone otherwise.
    if (!lock.wasLocked()) for (const { target } of done) keepPassphrase(context, target, choice);
    const [only] = done;
    if (plan.items.length === 1 && only !== undefined) {
      sayEncrypted(only.target, only.outcome, choice, originals);
    }
  } finally {
    lock.dispose();
    choice.wipe();
  }
}

/** The files in which Cage finds identities: encrypted with others, they would lock the user out. */
async function identityFilesOf({ disk, keys }: DocumentContext): Promise<ReadonlySet<string>> {
  const { found, encrypted } = await keys.findIdentities();
  for (const { identity } of found) identity.wipe();
  const paths = [...found, ...encrypted].map(({ path }) => disk.realPath(path));
  return new Set(await Promise.all(paths));
}

/** Tells whether Cage is locked while something goes on. */
function watchLock(keyring: Keyring): { wasLocked(): boolean; dispose(): void } {
  let wasLocked = false;
  const dispose = keyring.onChange((state) => {
    wasLocked ||= state === "locked";
  });
  return { wasLocked: () => wasLocked, dispose };
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
export function sayEncrypted(
  target: string,
  outcome: FileOutcome,
  { named }: Pick<Choice, "named">,
  originals: Originals | null,
): void {
  const whom =
    named === null
      ? "with a passphrase"
      : `for ${named.length} recipient${named.length === 1 ? "" : "s"}`;
  const text = `${quoted(basename(target))} is encrypted ${whom}`;
  void tellDone(text, outcome, originals?.summary() ?? "", "Open").then((answer) => {
    if (answer === undefined) return undefined;
    return vscode.commands.executeCommand("cage.openDecrypted", vscode.Uri.file(target));
  });
}

/** What a user should know before many files are encrypted. */
function consequencesOf({ named }: Choice, original: "keep" | "trash"): string {
  const whom =
    named === null
      ? "One passphrase opens all of them; deriving a key from it takes about a second for each file."
      : `Each of them is for ${named.length} recipient${named.length === 1 ? "" : "s"}.`;
  const fate =
    original === "trash"
      ? "Each original goes to the trash once its copy was read back and compared."
      : "The originals are kept.";
  return `${whom} ${fate}`;
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
  const originals = sources.length === 1 ? "original" : "originals";
  const items = [
    { label: `Keep the ${originals}`, description: whatOf(sources), fate: "keep" as const },
    {
      label: `Move the ${originals} to the trash`,
      description: "once the encrypted file is written, read back and compared",
      fate: "trash" as const,
    },
  ];
  const title = `What becomes of the ${originals}?`;
  return (await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true }))?.fate ?? null;
}
