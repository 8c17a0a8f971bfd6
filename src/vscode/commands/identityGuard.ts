import { basename } from "node:path";
import * as vscode from "vscode";
import type { BatchItem } from "../../documents/files/planBatch";
import { nullWhenRefused } from "../../documents/disk/diskFailures";
import type { FileContext } from "../../documents/files/unfinishedStore";
import { counted } from "../wording/plural";
import { quoted } from "../wording/foreignText";
import { Originals } from "../originals";

/** Finds the real paths of the files that hold identities. */
export async function identityFilesOf({ disk, keys }: FileContext): Promise<ReadonlySet<string>> {
  const { found, encrypted } = await keys.findIdentities();
  for (const { identity } of found) identity.wipe();
  const paths = [...found, ...encrypted].map(({ path }) =>
    disk.realPath(path).catch(nullWhenRefused),
  );
  return new Set((await Promise.all(paths)).filter((path) => path !== null));
}

/** Prepares to trash the originals of a run, except files that hold identities. */
export async function originalsOf(context: FileContext): Promise<Originals> {
  return new Originals(context.disk, await identityFilesOf(context));
}

/** Warns about files to encrypt that hold identities, or may. @returns true to go on. */
export async function confirmIdentities(items: readonly BatchItem[]): Promise<boolean> {
  const held = items.filter(({ identity }) => identity !== null);
  if (held.length === 0) return true;
  const warning = identityWarning(held);
  const options = { modal: true, detail: warning.detail };
  const anyway = "Encrypt Anyway";
  return (await vscode.window.showWarningMessage(warning.message, options, anyway)) === anyway;
}

/** The most files that a warning names; it counts the others. */
const mostNames = 10;

/** Words the warning about files with identities. */
export function identityWarning(held: readonly BatchItem[]): { message: string; detail: string } {
  const [first] = held;
  const isSure = held.some(({ identity }) => identity === "seen");
  const holds = isSure
    ? "holds an identity"
    : "may hold an identity, since a passphrase encrypts it";
  const names = held.slice(0, mostNames).map(({ source }) => quoted(source));
  const more = held.length - names.length;
  const message =
    held.length === 1
      ? `${quoted(basename(first?.source ?? ""))} ${holds}. Encrypt it?`
      : `${counted(held.length, "file")} hold identities, or may. Encrypt them?`;
  return {
    message,
    detail: [
      [...names, ...(more > 0 ? [`and ${more} more`] : [])].join("\n"),
      "An identity opens encrypted files. If its only copy is encrypted for itself, nobody can open that copy, or anything else that was encrypted for it: use a passphrase, or another identity.",
      "The original is kept, whatever becomes of the others: Cage never moves an identity to the trash.",
    ].join("\n\n"),
  };
}
