import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import { planBatch } from "../../documents/files/planBatch";
import { decryptFile } from "../../documents/files/decryptFile";
import type { FileOutcome } from "../../documents/files/fileOutcome";
import { plainName, refusePlaintextAt } from "../../documents/disk/encryptedNames";
import { lookUp } from "../../documents/files/openSource";
import { quoted } from "../wording/foreignText";
import type { CommandContext } from "./context";
import { freeTarget } from "./freeTarget";
import { agreeOnPlan, takenOf, withSavedEditors, type AgreedPlan } from "./agreement";
import { LockWatch } from "../../keys/lockWatch";
import { planned } from "./planning";
import { isSingle, runPlan, tellDone } from "./runFiles";
import { sourcesOf, type SourceKind } from "./sources";

/**
 * Decrypt File… and Decrypt Folder…: says that plaintext will lie on the disk, and writes it. The
 * user chooses the place of a single file; those of several are written beside their sources.
 */
export async function decryptFilesCommand(
  context: CommandContext,
  kind: SourceKind,
  uri: unknown,
  selected: unknown,
): Promise<void> {
  const { documentContext } = context;
  const sources = await sourcesOf(kind, "Decrypt", uri, selected);
  const [first] = sources;
  if (first === undefined) return;
  const isOne = kind === "files" && sources.length === 1;
  const plan = isOne
    ? await planOfOne(first, context)
    : await agreeOnPlan(
        await planned(kind, (signal) =>
          planBatch("decrypt", sources, documentContext.disk, undefined, signal),
        ),
        "The plaintext will lie on the disk, readable only by you: delete it when you are done.",
        context,
      );
  const saved = plan === null ? null : await withSavedEditors(plan, documentContext.disk);
  if (saved === null) return;
  const lock = new LockWatch(documentContext.keys.keyring);
  const { done } = await runPlan(
    saved,
    ({ source, target, existing, seen }, onProgress, signal) => {
      const asking = lock.wasLocked() ? "never" : "ask";
      const decryption = { source, target, existing, seen, asking } as const;
      return decryptFile(decryption, documentContext, onProgress, signal);
    },
    null,
    context,
  ).finally(lock.dispose);
  const [only] = done;
  if (isSingle(saved) && only !== undefined) sayDecrypted(only.target, only.outcome);
}

/** Says that plaintext now lies on the disk. */
export function sayDecrypted(target: string, outcome: FileOutcome): void {
  void tellDone(
    `${quoted(basename(target))} is decrypted`,
    outcome,
    "It lies on the disk unencrypted: delete it when you are done.",
  );
}

/** Asks for the place of one file's plaintext. The encrypted file may have any name. */
async function planOfOne(
  source: string,
  { documentContext: { disk } }: CommandContext,
): Promise<AgreedPlan | null> {
  const chosen = await vscode.window.showSaveDialog({
    title: `Decrypt ${quoted(basename(source))} to the disk, readable only by you`,
    saveLabel: "Decrypt",
    defaultUri: vscode.Uri.file(join(dirname(source), plainName(basename(source)))),
  });
  if (chosen === undefined) return null;
  refusePlaintextAt(chosen.fsPath);
  const free = await freeTarget(chosen.fsPath, disk);
  if (free === null) return null;
  const { target, existing, real } = free;
  const seen = { ...(await lookUp({ source, target }, disk)), target: real };
  const size = (await disk.entry(seen.source))?.size ?? 0;
  const item = { source, target, size, existing, seen, identity: null, taken: takenOf(existing) };
  return { operation: "decrypt", items: [item], skipped: [], bytes: size, lacks: [] };
}
