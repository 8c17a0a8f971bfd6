import { basename } from "node:path";
import * as vscode from "vscode";
import { AgeError } from "../../age/errors";
import { nullWhenRefused } from "../../documents/disk/diskFailures";
import {
  isSoundVersion,
  openVerified,
  type KeptVersion,
  type SoundVersion,
} from "../../documents/versions/keptVersions";
import { writtenFor, type Memory } from "../../documents/memory/memory";
import { comfortableSize } from "../../documents/openDocument";
import { realTarget } from "../../documents/files/openSource";
import {
  presentVersion,
  restoreVersion,
  type PresentVersion,
} from "../../documents/files/restoration";
import { counted } from "../wording/plural";
import { saveEditors, unsavedPaths } from "../editorTexts";
import { explain } from "../wording/failureText";
import { quoted } from "../wording/foreignText";
import { besideNothing } from "../editor/documentOpener";
import { isOfVersion, type Compared } from "../editor/comparedVersion";
import { closeTabs } from "../tabs";
import {
  momentText,
  restoreQuestion,
  versionRow,
  type VersionReaders,
} from "../wording/versionsText";
import type { CommandContext } from "./context";
import { targetOf } from "./target";
import { offerSettings } from "../offerSettings";

/**
 * Restore Version…: lists the kept versions of a file, compares the chosen one with the present
 * document, and restores it once the user agrees.
 */
export async function restoreVersionCommand(context: CommandContext, uri: unknown): Promise<void> {
  const path = await chooseFile(context, targetOf(uri));
  if (path === null || !(await saveFirst(path))) return;
  const { disk } = context.documentContext;
  for (;;) {
    const present = await presentVersion(path, comfortableSize, disk);
    const version = await chooseVersion(path, present, context);
    if (version === null) return;
    await showVersion(path, version, present, context);
    const compared = { path, version };
    const step = await chooseStep(compared, context);
    if (step === "another") continue;
    if (step === "restore") await restore(compared, context);
    return;
  }
}

/**
 * Finds the file to restore: the one at hand if it has versions, else one that the user chooses.
 */
async function chooseFile(
  { versions, documentContext: { disk } }: CommandContext,
  path: string | null,
): Promise<string | null> {
  if (path !== null && (await versions.versionsOf(await realTarget(path, disk))).length > 0) {
    return path;
  }
  const all = (await versions.allVersions()).filter(isSoundVersion);
  const paths = [...new Set(all.map(({ manifest }) => manifest.path))].sort();
  const of = path === null ? "any file" : quoted(basename(path));
  if (paths.length === 0) {
    const none = `No version of ${of} is kept.`;
    const next =
      "Set cage.backup.retention, for example to keep_last:10, to keep the versions that saves replace.";
    await offerSettings("information", `${none} ${next}`, "cage.backup");
    return null;
  }
  const items = await Promise.all(
    paths.map(async (one) => {
      const isGone = (await disk.entry(one).catch(nullWhenRefused)) === null;
      const count = all.filter(({ manifest }) => manifest.path === one).length;
      const description = [counted(count, "version"), ...(isGone ? ["the file is gone"] : [])];
      const icon = isGone ? "$(trash)" : "$(file)";
      return {
        label: `${icon} ${quoted(basename(one))}`,
        description: description.join(" · "),
        detail: quoted(one),
        one,
      };
    }),
  );
  const placeHolder =
    path === null
      ? "Files with kept versions"
      : `No version of ${of} is kept. These files have some`;
  const options = { title: "Restore Version", placeHolder, matchOnDetail: true };
  return (await vscode.window.showQuickPick(items, options))?.one ?? null;
}

/**
 * Saves unsaved text first: otherwise it could be lost, or saved over the restored version.
 *
 * @returns false if it is still unsaved.
 */
async function saveFirst(path: string): Promise<boolean> {
  if (!unsavedPaths().includes(path)) return true;
  const answer = await vscode.window.showWarningMessage(
    `${quoted(basename(path))} has unsaved text.`,
    { modal: true, detail: "Save it before another version is compared with it." },
    "Save",
  );
  return answer === "Save" && (await saveEditors([path])) !== null;
}

async function chooseVersion(
  path: string,
  { target, version: present }: PresentVersion,
  { versions }: CommandContext,
): Promise<SoundVersion | null> {
  const kept = [...(await versions.versionsOf(target))].reverse();
  const items = kept.map((version) => ({
    ...versionRow(version, present?.digest ?? null),
    version,
  }));
  const placeHolder =
    "Choose a version to compare it with the current one. Nothing is replaced yet.";
  const options = { title: `Restore Version of ${quoted(basename(path))}`, placeHolder };
  const chosen = await vscode.window.showQuickPick(items, options);
  if (chosen === undefined) return null;
  const { version } = chosen;
  if (isSoundVersion(version)) return version;
  const facts = { path: version.path, change: "kept version" } as const;
  throw new AgeError("changed-on-disk", faultText(version), facts);
}

function faultText({ number, fault }: KeptVersion): string {
  return `version ${number} can't be restored: ${fault ?? ""}`;
}

/**
 * Shows a version beside the present document. If that can't be opened, which may be why the user
 * wants an older version, the version is shown alone.
 */
async function showVersion(
  path: string,
  version: SoundVersion,
  present: PresentVersion,
  { comparison, documents, documentContext: { disk } }: CommandContext,
): Promise<void> {
  const file = await openVerified(version, disk);
  await file.close();
  const isLarge = version.size > comfortableSize;
  try {
    if (isLarge) throw new AgeError("too-large", "it is too large to be compared", { path });
    const isOpen = present.version !== null && (await canOpen(path, documents));
    const moment = `as of ${momentText(version.manifest.written)}`;
    if (isOpen) await comparison.show(path, version.path, moment);
    else await comparison.showAlone(version.path);
  } catch (error) {
    if (!(error instanceof AgeError) || stops.has(error.code)) throw error;
    const { message } = explain(error);
    void vscode.window.showWarningMessage(`The version is not shown. ${message}`);
  }
}

const stops: ReadonlySet<AgeError["code"]> = new Set(["dismissed", "locked"]);

async function canOpen(path: string, documents: CommandContext["documents"]): Promise<boolean> {
  try {
    (await documents.read(path, "ask")).fill(0);
    return true;
  } catch (error) {
    if (!(error instanceof AgeError) || stops.has(error.code)) throw error;
    return false;
  }
}

/**
 * Offers to restore the compared version. The message may disappear, so the title of the comparison
 * has a button as well. A quick pick would cover the first lines.
 */
async function chooseStep(
  compared: Compared,
  { comparedVersion }: CommandContext,
): Promise<"restore" | "another" | null> {
  await comparedVersion.show(compared);
  const name = quoted(basename(compared.path));
  const moment = momentText(compared.version.manifest.written);
  const [restore, another] = ["Restore…", "Other Version…"];
  const answer = await vscode.window.showInformationMessage(
    `This is ${name} as it was on ${moment}. Nothing is replaced yet.`,
    restore,
    another,
  );
  return answer === restore ? "restore" : answer === another ? "another" : null;
}

/**
 * Restore This Version…: restores the compared version. It is the button in the comparison's title,
 * and stays there after a restart of the extension host, which then knows only the file.
 */
export async function restoreComparedCommand(context: CommandContext, uri: unknown): Promise<void> {
  const { shown } = context.comparedVersion;
  if (shown === null) await restoreVersionCommand(context, uri);
  else await restore(shown, context);
}

/** Restores a version over the present one, as it is when the user is asked. */
async function restore({ path, version }: Compared, context: CommandContext): Promise<void> {
  if (!(await saveFirst(path))) return;
  const { documentContext, log, opener, versions } = context;
  const { disk, memory } = documentContext;
  const present = await presentVersion(path, comfortableSize, disk);
  const { target, version: replaced } = present;
  const question = restoreQuestion({
    path,
    version,
    present: presentReaders(path, replaced, memory),
    fateOfPresent: replaced === null ? null : await versions.fateOf(target, replaced),
  });
  const options = { modal: true, detail: question.detail };
  const answer = await vscode.window.showWarningMessage(question.message, options, "Restore");
  if (answer !== "Restore") return;
  if (unsavedPaths().includes(path)) {
    const message = "not restored: its text was edited meanwhile";
    throw new AgeError("changed-on-disk", message, { path, change: "edited text" });
  }
  await restoreVersion({ path, version, present }, documentContext);
  await context.comparedVersion.show(null);
  const moment = momentText(version.manifest.written);
  log.info(`restored ${path} as of ${moment}`);
  void vscode.window.showInformationMessage(`${quoted(basename(path))} is as it was on ${moment}.`);
  // The two versions are the same now.
  await closeTabs((tab) => isOfVersion(tab, version.path));
  // This shows the restored content, also in an editor that had the file open.
  await opener.open(path, besideNothing);
}

/** Returns the readers of the present version; null if its header does not tell them. */
function presentReaders(
  path: string,
  version: PresentVersion["version"],
  memory: Memory,
): VersionReaders | null {
  const { stanzas = null, digest = null } = version ?? {};
  if (stanzas === null || stanzas === "unreadable") return null;
  return { stanzas, recipients: digest === null ? null : writtenFor(memory, path, digest) };
}
