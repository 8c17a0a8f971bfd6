import { basename } from "node:path";
import * as vscode from "vscode";
import type { Format } from "../../age/age";
import { createEncryptedFile, encryptFile } from "../../documents/fileOperations";
import { encryptedName, isEncryptedName } from "../../documents/names";
import { saveEditors } from "../editorTexts";
import { withFileProgress } from "../progress";
import { moveToTrash } from "../trash";
import { pickRecipients, type Choice } from "./recipientPicker";
import { sayNoTarget, targetsOf } from "./target";
import type { CommandContext } from "./context";
import { freeTarget } from "./freeTarget";
import { quoted } from "../foreignText";

/** Encrypt File…: asks whom for, in which format, and what becomes of the original. */
export async function encryptFileCommand(
  context: CommandContext,
  uri: unknown,
  selected: unknown,
): Promise<void> {
  const sources = targetsOf(uri, selected);
  const [first] = sources;
  if (first === undefined) {
    sayNoTarget("a file");
    return;
  }
  if (!(await isMeant(sources)) || !(await saveEditors(sources))) return;
  const documents = context.documentContext;
  const choice = await pickRecipients(encryptedName(first), documents, context.prompts);
  if (choice === null) return;
  try {
    const format = await pickFormat(basename(first));
    if (format === null) return;
    const original = await pickFate(sources);
    if (original === null) return;
    for (const source of sources) {
      const target = await freeTarget(encryptedName(source));
      if (target === null) continue;
      const report = await withFileProgress(
        `Encrypting ${quoted(basename(source))}`,
        (progress, signal) =>
          encryptFile({ source, format, ...target, ...choice }, documents, progress, signal),
      );
      keepPassphrase(context, target.target, choice);
      context.onReport(target.target, report);
      if (original === "trash") await moveToTrash(source);
      sayDone(target.target, choice);
    }
  } finally {
    choice.wipe();
  }
}

/** New Encrypted File…: asks where and whom for, makes an empty one and opens it. */
export async function newEncryptedFileCommand(
  context: CommandContext,
  uri: unknown,
): Promise<void> {
  const folder = uri instanceof vscode.Uri ? uri : vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showSaveDialog({
    title: "New Encrypted File",
    saveLabel: "Create",
    ...(folder === undefined
      ? {}
      : { defaultUri: vscode.Uri.joinPath(folder, encryptedName("secrets.yaml")) }),
  });
  if (chosen === undefined) return;
  const path = isEncryptedName(chosen.path) ? chosen.fsPath : encryptedName(chosen.fsPath);
  const documents = context.documentContext;
  const choice = await pickRecipients(path, documents, context.prompts);
  if (choice === null) return;
  try {
    const format = await pickFormat(basename(path));
    if (format === null) return;
    const target = await freeTarget(path);
    if (target === null) return;
    await createEncryptedFile({ format, ...target, ...choice }, documents);
    keepPassphrase(context, target.target, choice);
    await vscode.commands.executeCommand("cage.openDecrypted", vscode.Uri.file(target.target));
  } finally {
    choice.wipe();
  }
}

/** Asks before something encrypted is encrypted once more. */
async function isMeant(sources: readonly string[]): Promise<boolean> {
  const twice = sources
    .filter((source) => isEncryptedName(source))
    .map((path) => quoted(basename(path)));
  if (twice.length === 0) return true;
  const answer = await vscode.window.showWarningMessage(
    `${twice.join(", ")} is encrypted already. Encrypt it once more?`,
    { modal: true, detail: "To change who may read it, use Re-encrypt instead." },
    "Encrypt Once More",
  );
  return answer !== undefined;
}

async function pickFormat(name: string): Promise<Format | null> {
  const items: (vscode.QuickPickItem & { format: Format })[] = [
    { label: "Binary", description: "smaller and faster", format: "binary" },
    { label: "Armored", description: "text that can be pasted, a third larger", format: "armored" },
  ];
  const title = `Format of ${encryptedSuffixed(name)}`;
  return (
    (await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true }))?.format ?? null
  );
}

function encryptedSuffixed(name: string): string {
  return isEncryptedName(name) ? name : encryptedName(name);
}

async function pickFate(sources: readonly string[]): Promise<"keep" | "trash" | null> {
  const what = sources.map((source) => quoted(basename(source))).join(", ");
  const items = [
    { label: "Keep the original", description: what, fate: "keep" as const },
    {
      label: "Move the original to the trash",
      description: "once the encrypted file is written and read back",
      fate: "trash" as const,
    },
  ];
  const title = "What becomes of the original?";
  return (await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true }))?.fate ?? null;
}

function keepPassphrase(context: CommandContext, path: string, { passphrase }: Choice): void {
  if (passphrase !== null)
    context.documentContext.keys.keyring.rememberPassphrase(path, passphrase);
}

function sayDone(target: string, { named }: Choice): void {
  const whom =
    named === null
      ? "with a passphrase"
      : `for ${named.length} recipient${named.length === 1 ? "" : "s"}`;
  void vscode.window
    .showInformationMessage(`${quoted(basename(target))} is encrypted ${whom}.`, "Open")
    .then((answer) => {
      if (answer === undefined) return undefined;
      return vscode.commands.executeCommand("cage.openDecrypted", vscode.Uri.file(target));
    });
}
