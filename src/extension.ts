import { join } from "node:path";
import * as vscode from "vscode";
import { randomBytes } from "./age/primitives";
import { localDisk } from "./documents/localDisk";
import { Documents } from "./documents/documents";
import type { DocumentContext } from "./documents/openDocument";
import { machineProcesses, sharedProcesses } from "./documents/processes";
import { unfinishedStore } from "./documents/unfinishedStore";
import { Keyring } from "./keys/keyring";
import type { Report } from "./strategies/strategy";
import { AuditFile } from "./vscode/auditFile";
import { registerCommands } from "./vscode/commands/commands";
import type { CommandContext } from "./vscode/commands/context";
import { CiphertextGuard } from "./vscode/ciphertextGuard";
import { reportFailure } from "./vscode/commands/failure";
import { offer } from "./vscode/commands/unfinished";
import { Comparison } from "./vscode/comparison";
import { useEncryptedNames } from "./vscode/encryptedNames";
import { useEngineSetting } from "./vscode/engineSetting";
import { FailedReads } from "./vscode/failedReads";
import { FileReports } from "./vscode/fileReports";
import { CageFileSystem } from "./vscode/fileSystemProvider";
import { ImageViewer, imageViewType } from "./vscode/imageViewer";
import { Lock } from "./vscode/lock";
import { Log } from "./vscode/log";
import { appendLine, findIdentities, machineClock, memoryOf } from "./vscode/machine";
import { OpenRedirect, viewType } from "./vscode/openRedirect";
import { Opener } from "./vscode/opener";
import { OpenRequests } from "./vscode/openRequests";
import { VscodePrompts } from "./vscode/prompts";
import { RawTabs } from "./vscode/rawTabs";
import { machineVersions } from "./vscode/machineVersions";
import {
  recipientsRule,
  settings,
  warnOfWrongRetention,
  warnOfWrongSettings,
  workspaceFolder,
} from "./vscode/settings";
import { Renames } from "./vscode/renames";
import { StatusBar } from "./vscode/statusBar";
import { MachineStrategies } from "./vscode/strategies";
import { editorText } from "./vscode/editorTexts";
import { isShown } from "./vscode/tabs";
import { UnfinishedOffers } from "./vscode/unfinishedOffers";
import { scheme } from "./vscode/uris";

/** Makes the objects, joins them, and hands them to VS Code for disposal. */
export function activate({
  subscriptions,
  globalState,
  globalStorageUri,
  workspaceState,
  extensionPath,
}: vscode.ExtensionContext): void {
  const channel = vscode.window.createOutputChannel("Cage", { log: true });
  const log = new Log(channel);
  useEngineSetting(globalState);
  useEncryptedNames();
  warnOfWrongSettings();
  warnOfWrongRetention();
  const processes = machineProcesses();
  const strategies = new MachineStrategies(extensionPath, sharedProcesses(processes));
  const keyring = new Keyring(machineClock, settings.lockAfterMinutes());
  const prompts = new VscodePrompts((path, copy) => comparison.show(path, copy), log);
  const memory = memoryOf(globalState);
  const versions = machineVersions(join(globalStorageUri.fsPath, "versions"), memory, log);
  const documentContext: DocumentContext = {
    disk: localDisk,
    memory,
    bases: memoryOf(workspaceState),
    keys: { keyring, findIdentities, prompts },
    strategyFor: (path) => strategies.for(path),
    sources: { disk: localDisk, memory, workspaceFolder, rule: recipientsRule },
    random: randomBytes,
    unfinished: unfinishedStore(join(globalStorageUri.fsPath, "unfinished"), processes),
    versions,
  };
  const comparison = new Comparison(documentContext);
  const failedReads = new FailedReads();
  const now = (): Date => new Date();
  const statusBar = new StatusBar(keyring, now);
  const audit = new AuditFile({
    path: () => settings.auditFile(),
    append: appendLine,
    now,
  });
  const onReport = (path: string, report: Report): void => {
    failedReads.clear(path);
    statusBar.add(path, report);
    log.report(path, report);
    void audit.add(path, report);
  };
  const documents = new Documents(documentContext, onReport, editorText, isShown);
  const requests = new OpenRequests();
  const files = new CageFileSystem(
    ...([documents, localDisk, requests, failedReads, log, prompts, versions] as const),
  );
  const opener = new Opener(documents, requests, files);
  const lock = new Lock(documents, keyring, requests, files, comparison);
  const rawTabs = new RawTabs(localDisk, workspaceState, log);
  const reports = new FileReports();
  const commandContext: CommandContext = {
    ...{
      documents,
      documentContext,
      prompts,
      opener,
      rawTabs,
      lock,
      log,
      statusBar,
      strategies,
      reports,
      comparison,
      versions,
      onReport,
    },
  };
  const offers = new UnfinishedOffers(
    documentContext,
    (unfinished) => offer(unfinished, commandContext),
    (path, error) => {
      reportFailure(log, "resume", path, error);
    },
  );
  subscriptions.push(
    channel,
    strategies,
    comparison,
    statusBar,
    files,
    lock,
    new Renames(documents),
    rawTabs,
    new CiphertextGuard(localDisk, workspaceState, log, prompts),
    vscode.workspace.registerFileSystemProvider(scheme, files, { isCaseSensitive: true }),
    vscode.window.registerCustomEditorProvider(viewType, new OpenRedirect(opener, log)),
    vscode.window.registerCustomEditorProvider(imageViewType, new ImageViewer(files)),
    reports,
    offers,
    registerCommands(commandContext),
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
  void rawTabs.start();
  versions.pruneSoon();
}
