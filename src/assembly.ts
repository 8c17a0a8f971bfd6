import { join } from "node:path";
import * as vscode from "vscode";
import { hexOf } from "./age/bytes";
import { randomBytes } from "./age/primitives";
import { rememberedBase } from "./documents/memory/bases";
import { ignoreFailure } from "./documents/disk/diskFailures";
import { rememberHost, sessionOfHost } from "./documents/memory/hostSession";
import { Documents } from "./documents/documents";
import { draftCipher } from "./documents/drafts/draftCipher";
import { Drafts } from "./documents/drafts/drafts";
import { DraftTargets } from "./documents/drafts/draftTarget";
import { localDisk } from "./documents/disk/localDisk";
import { type FileContext, unfinishedStore } from "./documents/files/unfinishedStore";
import { machineHome, machineProcesses, sharedProcesses } from "./documents/disk/processes";
import { readersOf } from "./documents/readers";
import { findRule } from "./documents/recipients/recipientRules";
import { UnlockedWindows } from "./documents/memory/unlockedWindows";
import { Keyring } from "./keys/keyring";
import type { Report } from "./strategies/strategy";
import { AuditFile } from "./vscode/settings/auditFile";
import { BackupGuard, userDataPlace } from "./vscode/guards/backupGuard";
import { registerCommands } from "./vscode/commands/registration";
import type { CommandContext } from "./vscode/commands/context";
import { ChangedUnderText } from "./vscode/editor/changedUnderText";
import { CiphertextGuard } from "./vscode/guards/ciphertextGuard";
import { reportFailure } from "./vscode/failures";
import { ComparedVersion } from "./vscode/editor/comparedVersion";
import { DiskComparison } from "./vscode/editor/diskComparison";
import { Deletions } from "./vscode/explorer/deletions";
import { AwayTabs } from "./vscode/drafts/awayTabs";
import { DraftComparison } from "./vscode/drafts/draftComparison";
import { DraftKeeper } from "./vscode/drafts/draftKeeper";
import { DraftOffers } from "./vscode/drafts/draftOffers";
import { StrandedDraftOffers } from "./vscode/drafts/strandedDraftOffers";
import { useEncryptedNames } from "./vscode/settings/encryptedNamesSetting";
import { useEngineSetting } from "./vscode/settings/engineSetting";
import { FailedReads } from "./vscode/editor/failedReads";
import { FileReports } from "./vscode/editor/reportViewer";
import { CageFileSystem } from "./vscode/editor/fileSystemProvider";
import { HeldDocuments } from "./vscode/editor/heldDocuments";
import { ImageViewer, imageViewType } from "./vscode/editor/imageViewer";
import { Lock } from "./vscode/lock/lock";
import { Log } from "./vscode/log";
import { appendLine, findIdentities, machineClock, memoryOf } from "./vscode/settings/machine";
import { makeSafe, removeOldBackups } from "./vscode/guards/oldBackupSweep";
import { OldDocuments } from "./vscode/editor/oldDocuments";
import { OpenRedirect, viewType } from "./vscode/editor/openRedirect";
import { DocumentOpener } from "./vscode/editor/documentOpener";
import { OpenRequests } from "./vscode/editor/plaintextRequests";
import { VscodePrompts } from "./vscode/prompts/vscodePrompts";
import { readersText } from "./vscode/wording/readersText";
import { RawTabs } from "./vscode/editor/rawTabs";
import { machineVersions } from "./vscode/settings/machineVersions";
import {
  recipientRules,
  settings,
  warnOfWrongRetention,
  warnOfWrongSettings,
  workspaceFolder,
} from "./vscode/settings/settings";
import { SaveAsCopies } from "./vscode/editor/saveAsCopies";
import { Renames } from "./vscode/explorer/renames";
import { StatusBar } from "./vscode/status/statusBar";
import { MachineStrategies } from "./vscode/settings/machineStrategies";
import { editorText, unsavedPaths } from "./vscode/editorTexts";
import { isShown } from "./vscode/tabs";
import { UnfinishedOffers } from "./vscode/unfinishedOffers";
import { scheme } from "./vscode/uris";
import { WindowLocks } from "./vscode/lock/windowLocks";

/** The milliseconds within which VS Code restores the tabs of a window. */
const restoredMilliseconds = 30_000;

/**
 * Makes the objects, connects them, and hands them to VS Code for disposal.
 *
 * @returns a function that makes the due drafts, and tells other windows that this one closes.
 */
export function assemble({
  subscriptions,
  extension,
  globalState,
  globalStorageUri,
  workspaceState,
  extensionPath,
}: vscode.ExtensionContext): () => Promise<unknown> {
  const channel = vscode.window.createOutputChannel("Cage", { log: true });
  const log = new Log(channel);
  useEngineSetting(globalState);
  useEncryptedNames();
  const processes = machineProcesses();
  const home = machineHome(processes);
  const strategies = new MachineStrategies(extensionPath, sharedProcesses(processes));
  const keyring = new Keyring(machineClock, settings.lockAfterMinutes());
  const reports = new FileReports();
  const prompts: VscodePrompts = new VscodePrompts(
    (path, copy) => comparison.show(path, copy),
    log,
    (title, text) => reports.show(title, text),
    async (path, known) => {
      const { pickPeople } = await import("./vscode/commands/pickPeople");
      return pickPeople(path, known, documentContext, prompts);
    },
  );
  const memory = memoryOf(globalState);
  const storage = globalStorageUri.fsPath;
  const versions = machineVersions(join(storage, "versions"), memory, log);
  const rule = (path: string, signal?: AbortSignal) => findRule(path, recipientRules(path), signal);
  const documentContext: FileContext = {
    disk: localDisk,
    memory,
    bases: memoryOf(workspaceState),
    keys: { keyring, findIdentities, prompts },
    strategyFor: (path) => strategies.for(path),
    sources: { disk: localDisk, memory, workspaceFolder, rule },
    random: randomBytes,
    unfinished: unfinishedStore(join(storage, "unfinished"), processes, home),
    versions,
  };
  const { bases } = documentContext;
  const isBesideUnsaved = unsavedPaths().length > 0;
  const fresh = (): string => hexOf(randomBytes(16));
  const session = sessionOfHost(bases, processes, home, isBesideUnsaved, fresh);
  const { pid, start } = processes;
  void rememberHost(bases, { pid, start, home, session });
  const drafts = new Drafts({
    ...draftCipher(strategies.native),
    ...{ disk: localDisk, random: randomBytes, keys: documentContext.keys, now: Date.now },
    ...{ folder: join(storage, "drafts"), session, processes, home },
  });
  const comparison = new DiskComparison(documentContext);
  const comparedVersion = new ComparedVersion();
  const failedReads = new FailedReads((...taken): Promise<void> => redirect.takeOver(...taken));
  const now = (): Date => new Date();
  const audit = new AuditFile({ path: () => settings.auditFile(), append: appendLine, now });
  const onReport = (path: string, report: Report): void => {
    failedReads.clear(path);
    statusBar.add(path, report);
    log.report(path, report);
    void audit.add(path, report);
  };
  const documents = new Documents(documentContext, onReport, editorText, isShown);
  const targets = new DraftTargets(documents, documentContext);
  const draftKeeper = new DraftKeeper(drafts, targets, log);
  const trial = { disk: localDisk, storage, name: scheme, place: userDataPlace() };
  const backups = new BackupGuard(trial, workspaceState, globalState, log);
  const statusBar = new StatusBar(keyring, now, draftKeeper, backups, (path) => {
    const document = documents.find(path);
    return document === null ? null : readersText(readersOf(document, memory), document.format);
  });
  const draftComparison = new DraftComparison(drafts, comparison);
  const strandedDraftOffers = new StrandedDraftOffers(drafts, draftComparison, log);
  const requests = new OpenRequests();
  const offersOfDrafts = new DraftOffers(
    documents,
    drafts,
    draftKeeper,
    draftComparison,
    strandedDraftOffers,
    (path) => backups.isReadOnly(path),
    log,
  );
  const changedUnderText = new ChangedUnderText(comparison, log);
  const copies = new SaveAsCopies(documents, documentContext, versions);
  const files = new CageFileSystem(
    ...([documents, localDisk, requests, failedReads, log, prompts, versions, backups] as const),
    copies,
    (path) => void changedUnderText.tell(path),
  );
  const onOpened = (path: string): void => {
    copies.end(path);
    draftKeeper.retry();
    void offersOfDrafts.look(path);
    void away.bringBack(path);
  };
  const untilLocked = (): Promise<unknown> => lock.whenDone();
  const opener = new DocumentOpener(documents, requests, files, onOpened, untilLocked);
  const hasDraft = async (path: string): Promise<boolean> => (await drafts.find(path)).length > 0;
  const away = new AwayTabs(documentContext, opener, hasDraft, log);
  const lock = new Lock(documents, keyring, requests, files, comparison, draftKeeper, away);
  const redirect = new OpenRedirect(opener, log, (path) => {
    copies.end(path);
  });
  const windows = new UnlockedWindows(localDisk, join(storage, "windows"), randomBytes);
  const idleMinutes = (): number => settings.lockAfterMinutes();
  const windowLocks = new WindowLocks(keyring, windows, lock, idleMinutes, log);
  const oldDocuments = new OldDocuments(
    {
      open: (path, viewColumn) =>
        opener.open(path, { viewColumn, preview: false, preserveFocus: false }),
      baseOf: (path) => rememberedBase(bases, path),
    },
    log,
  );
  const rawTabs = new RawTabs(localDisk, workspaceState, log);
  const commandContext: CommandContext = {
    backups,
    documents,
    documentContext,
    prompts,
    opener,
    rawTabs,
    draftComparison,
    strandedDraftOffers,
    windowLocks,
    log,
    statusBar,
    strategies,
    reports,
    comparison,
    comparedVersion,
    versions,
    onReport,
  };
  subscriptions.push(
    channel,
    backups,
    strategies,
    comparison,
    comparedVersion,
    statusBar,
    files,
    draftKeeper,
    offersOfDrafts,
    lock,
    new Deletions(),
    new Renames(documents, files, draftKeeper, away, log),
    windowLocks,
    oldDocuments,
    rawTabs,
    new CiphertextGuard(localDisk, workspaceState, log, prompts),
    vscode.workspace.registerFileSystemProvider(scheme, files, { isCaseSensitive: true }),
    new HeldDocuments(files),
    vscode.window.registerCustomEditorProvider(viewType, redirect),
    vscode.window.registerCustomEditorProvider(imageViewType, new ImageViewer(files)),
    reports,
    registerCommands(extension, commandContext),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("cage.streaming")) warnOfWrongSettings();
      if (change.affectsConfiguration("cage.backup")) warnOfWrongRetention();
      if (change.affectsConfiguration("cage.files")) {
        useEncryptedNames();
        rawTabs.replaceShown();
      }
      if (change.affectsConfiguration("cage.engine")) useEngineSetting(globalState);
      if (change.affectsConfiguration("cage.lock")) keyring.setLimit(settings.lockAfterMinutes());
    }),
    {
      dispose: () => {
        keyring.lock();
      },
    },
  );
  // The rest registers nothing, so VS Code and other extensions need not wait for it.
  const startup = setImmediate(() => {
    warnOfWrongSettings();
    warnOfWrongRetention();
    void rawTabs.start();
    void drafts
      .sweep(settings.draftsKeepDays())
      .then((stranded) => strandedDraftOffers.tell(stranded))
      .catch(ignoreFailure);
    void oldDocuments.bringOver();
    subscriptions.push(offersAtStart(commandContext));
    versions.pruneSoon();
  });
  // VS Code restores tabs from these backups first, and removes the backups of those itself.
  const sweep = setTimeout(() => {
    if (trial.place !== "this machine") return;
    void removeOldBackups(localDisk, storage, makeSafe(drafts, targets), log);
  }, restoredMilliseconds);
  subscriptions.push({
    dispose: () => {
      clearImmediate(startup);
      clearTimeout(sweep);
    },
  });
  return () => Promise.all([draftKeeper.flush(), windowLocks.end()]);
}

/** Offers what was interrupted; the code that asks is loaded when there is something to offer. */
function offersAtStart(context: CommandContext): UnfinishedOffers {
  return new UnfinishedOffers(
    context.documentContext,
    async (unfinished) => {
      const { offer } = await import("./vscode/commands/showUnfinished");
      await offer(unfinished, context);
    },
    async (count) => {
      const { offerMany } = await import("./vscode/commands/showUnfinished");
      await offerMany(count);
    },
    (path, error) => {
      reportFailure(context.log, "resume", path, error);
    },
  );
}
