import * as vscode from "vscode";
import { randomBytes } from "./age/primitives";
import { localDisk } from "./documents/disk";
import { Documents } from "./documents/documents";
import type { DocumentContext } from "./documents/openDocument";
import { Keyring } from "./keys/keyring";
import { nativeStrategy } from "./strategies/native";
import type { Report } from "./strategies/strategy";
import { registerCommands } from "./vscode/commands/commands";
import { Comparison } from "./vscode/comparison";
import { FailedReads } from "./vscode/failedReads";
import { CageFileSystem } from "./vscode/fileSystemProvider";
import { ImageViewer, imageViewType } from "./vscode/imageViewer";
import { Lock } from "./vscode/lock";
import { Log } from "./vscode/log";
import { findIdentities, memoryOf, wallClock } from "./vscode/machine";
import { OpenRedirect, viewType } from "./vscode/openRedirect";
import { Opener } from "./vscode/opener";
import { OpenRequests } from "./vscode/openRequests";
import { VscodePrompts } from "./vscode/prompts";
import { recipientsRule, settings, workspaceFolder } from "./vscode/settings";
import { Renames } from "./vscode/renames";
import { StatusBar } from "./vscode/statusBar";
import { editorText } from "./vscode/editorTexts";
import { scheme } from "./vscode/uris";

/** Makes the objects, joins them, and hands them to VS Code for disposal. */
export function activate({
  subscriptions,
  globalState,
  workspaceState,
}: vscode.ExtensionContext): void {
  const channel = vscode.window.createOutputChannel("Cage", { log: true });
  const log = new Log(channel);
  const keyring = new Keyring(wallClock, settings.lockAfterMinutes());
  const prompts = new VscodePrompts((path) => comparison.show(path), log);
  const memory = memoryOf(globalState);
  const documentContext: DocumentContext = {
    disk: localDisk,
    memory,
    bases: memoryOf(workspaceState),
    keys: { keyring, findIdentities, prompts },
    strategy: nativeStrategy(() => performance.now()),
    sources: { disk: localDisk, memory, workspaceFolder, rule: recipientsRule },
    random: randomBytes,
  };
  const comparison = new Comparison(documentContext);
  const failedReads = new FailedReads();
  const statusBar = new StatusBar(keyring);
  const onReport = (path: string, report: Report): void => {
    failedReads.clear(path);
    statusBar.add(path, report);
    log.report(path, report);
  };
  const documents = new Documents(documentContext, onReport, editorText);
  const requests = new OpenRequests();
  const files = new CageFileSystem(documents, localDisk, requests, failedReads, log);
  const opener = new Opener(documents, requests, files);
  const lock = new Lock(documents, keyring, requests, files, comparison);
  subscriptions.push(
    channel,
    comparison,
    statusBar,
    files,
    lock,
    new Renames(documents),
    vscode.workspace.registerFileSystemProvider(scheme, files, { isCaseSensitive: true }),
    vscode.window.registerCustomEditorProvider(viewType, new OpenRedirect(opener, log)),
    vscode.window.registerCustomEditorProvider(imageViewType, new ImageViewer(files)),
    registerCommands({ documents, documentContext, prompts, opener, lock, log, onReport }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("cage.lock")) keyring.setLimit(settings.lockAfterMinutes());
    }),
    {
      dispose: () => {
        keyring.lock();
      },
    },
  );
}
