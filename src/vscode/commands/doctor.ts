import { basename } from "node:path";
import * as vscode from "vscode";
import { engine } from "../../age/engines/engineChoice";
import { failureOf } from "../../documents/disk/diskFailures";
import { isSoundVersion } from "../../documents/versions/keptVersions";
import { resolveRecipients } from "../../documents/recipients/recipients";
import { parseRetention } from "../../documents/versions/retention";
import { uselessFiles } from "../../documents/unlocking/noMatch";
import { findUnfinished } from "../../documents/files/unfinished";
import type { Keyring } from "../../keys/keyring";
import { type Choice, selectStrategy } from "../../strategies/selectStrategy";
import type { Situation } from "../../strategies/situation";
import type {
  DoctorFacts,
  IdentityFacts,
  RecipientFacts,
  VersionFacts,
} from "../doctor/doctorFacts";
import { otherPrograms } from "../doctor/otherPrograms";
import { stagingFacts } from "../doctor/leftFolders";
import { doctorText } from "../doctor/doctorText";
import { quoted } from "../wording/foreignText";
import { findIdentities, programsOn } from "../settings/machine";
import { settings } from "../settings/settings";
import { engineSpeeds } from "../doctor/engineSpeeds";
import { programPlaces } from "../settings/machineStrategies";
import { chooserText } from "../wording/strategyText";
import { machineProcesses, sharedProcesses } from "../../documents/disk/processes";
import type { CommandContext } from "./context";
import { fileOf, pathForSettings } from "./target";

/** Doctor: examines this machine and the settings, and shows a report with what to do next. */
export async function doctorCommand(context: CommandContext, uri: unknown): Promise<void> {
  await context.reports.show("Cage Doctor", await doctorReport(context, uri));
}

/** Copy Doctor Report: copies the same report, for a message to somebody who helps. */
export async function copyDoctorReportCommand(
  context: CommandContext,
  uri: unknown,
): Promise<void> {
  await vscode.env.clipboard.writeText(await doctorReport(context, uri));
  vscode.window.setStatusBarMessage("Doctor's report is on the clipboard.", 5000);
}

async function doctorReport(context: CommandContext, uri: unknown): Promise<string> {
  const path = fileOf(uri);
  const facts = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: "Cage: looking at this machine" },
    () => factsFor(path, context),
  );
  return doctorText(facts);
}

async function factsFor(path: string | null, context: CommandContext): Promise<DoctorFacts> {
  const { strategies, documentContext } = context;
  const place = pathForSettings(path);
  const choice = settings.strategy(place);
  const situation = await strategies.situation();
  const programPath =
    "missing" in situation.program ? process.env["PATH"] : situation.program.pluginPath;
  const programs = await programsOn(process.env["PATH"] ?? "", ["age", "rage"]);
  const { owner } = strategies.surroundings;
  const judge = sharedProcesses(machineProcesses(), "ended");
  const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    versions: versions(),
    situation,
    otherPrograms: await otherPrograms(programs, situation, programPlaces(owner)),
    plugins: await programsOn(programPath ?? "", ["age-plugin-"]),
    pty: strategies.surroundings.pty()?.origin ?? null,
    staging: await stagingFacts(strategies.stagingParents(), owner, judge),
    engine: engine(),
    speeds: await engineSpeeds(() => performance.now(), pause),
    choice,
    chooser: chooserText(choice, settings.strategyPlace(place)),
    ...(await selections(choice, situation)),
    wrongStrategy: settings.wrongStrategy(),
    keyring: documentContext.keys.keyring.state,
    identities: await identityFacts(documentContext.keys.keyring),
    recipients: path === null ? null : await recipientFacts(path, context),
    unfinished: (await findUnfinished(documentContext)).length,
    keptVersions: await versionFacts(context),
    auditFile: settings.auditFile(),
    backups: await context.backups.outlook,
    hotExit: hotExit(),
  };
}

/** Tells whether VS Code backs unsaved text up when a window closes: only desktop windows do. */
function hotExit(): boolean {
  const isDesktop = vscode.env.uiKind === vscode.UIKind.Desktop;
  return isDesktop && vscode.workspace.getConfiguration("files").get("hotExit") !== "off";
}

function versions(): string {
  const extension = vscode.extensions.getExtension("padlokk.cage")?.packageJSON as unknown;
  const found =
    typeof extension === "object" && extension !== null && "version" in extension
      ? String(extension.version)
      : "of an unknown version";
  const { platform, arch, version } = process;
  return `Cage ${found}, VS Code ${vscode.version}, Node ${version.slice(1)}, ${platform} ${arch}`;
}

async function selections(
  choice: Choice,
  here: Situation,
): Promise<Pick<DoctorFacts, "forKeys" | "forPassphrases">> {
  const situation = (): Promise<Situation> => Promise.resolve(here);
  const request = { operation: "decrypt", isDocument: true, size: 0 } as const;
  const passphrase = { kind: "passphrase", passphrase: null } as const;
  return {
    forKeys: await selectStrategy(choice, { ...request, key: { kind: "keys" } }, situation),
    forPassphrases: await selectStrategy(choice, { ...request, key: passphrase }, situation),
  };
}

async function versionFacts({ versions }: CommandContext): Promise<VersionFacts> {
  const { folder } = versions.rules;
  const text = settings.retentionText();
  const rule = { rule: text, isWrong: parseRetention(text) === null, folder };
  try {
    const all = await versions.allVersions();
    const bytes = all.reduce((sum, { size }) => sum + size, 0);
    const faulty = all.filter((version) => !isSoundVersion(version)).length;
    return { ...rule, count: all.length, faulty, bytes, problem: null };
  } catch (error) {
    return { ...rule, count: 0, faulty: 0, bytes: 0, problem: failureOf(error).message };
  }
}

async function identityFacts(keyring: Keyring): Promise<IdentityFacts> {
  const search = await findIdentities();
  const known = new Set(keyring.identities().map(({ path }) => path));
  for (const { identity } of search.found) identity.wipe();
  return {
    found: search.found.map(({ path }) => path),
    encrypted: search.encrypted.map(({ path }) => ({ path, isKnown: known.has(path) })),
    unsupported: uselessFiles(search, keyring, []),
    problems: search.problems.map(({ message }) => message),
    exposed: search.exposed.map(({ path }) => path),
  };
}

async function recipientFacts(
  path: string,
  { documents, documentContext: { sources } }: CommandContext,
): Promise<RecipientFacts> {
  const file = quoted(basename(path));
  const opener = documents.find(path)?.opener ?? null;
  if (opener?.kind === "passphrase") {
    return { file, text: "the passphrase that opened it", isProblem: false };
  }
  try {
    const resolved = await resolveRecipients(path, opener, sources);
    if (resolved === null) return { file, text: "nothing names them", isProblem: false };
    const { origin, named } = resolved;
    return {
      file,
      text: `${named.length}, ${originTexts[origin.kind](origin.place)}`,
      isProblem: false,
    };
  } catch (error) {
    return { file, text: failureOf(error).message, isProblem: true };
  }
}

const originTexts = {
  "recipients-file": (place: string) => `named by ${place}`,
  rules: (place: string) => `named by the rule "${place}" of cage.recipients`,
  remembered: () => "those it was last saved for",
  identity: () => "the identity that opened it",
  passphrase: () => "the passphrase that opened it",
} as const;
