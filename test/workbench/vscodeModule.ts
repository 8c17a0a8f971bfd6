import { dirname } from "node:path/posix";
import { Emitter } from "./emitter";
import type { ContentProvider, ExtensionHost } from "./extensionHost";
import type { Provider } from "./fileService";
import type { HostTab } from "./hostTabs";
import type { Question } from "./user";
import * as values from "./values";

interface Pattern {
  readonly baseUri: values.Uri;
  readonly pattern: string;
}

/** Returns the vscode module of an extension host, as far as Cage uses it. */
export function vscodeModule(host: ExtensionHost): object {
  const { enumerations, ...classes } = values;
  const { workbench } = host;
  return {
    ...classes,
    ...enumerations,
    EventEmitter: Emitter,
    version: "1.139.1",
    env: { uiKind: 1, appName: "Visual Studio Code", appRoot: "/nowhere", language: "en" },
    extensions: { getExtension: () => undefined },
    commands: {
      registerCommand: (id: string, run: (...args: unknown[]) => unknown) => {
        host.commands.set(id, run);
        return new values.Disposable(() => host.commands.delete(id));
      },
      executeCommand: (id: string, ...args: unknown[]) => {
        const own = host.commands.get(id);
        if (own !== undefined) return host.process.guard(() => undefined).then(() => own(...args));
        return host.inWindow(() => workbench.execute(id, args));
      },
    },
    window: windowOf(host),
    workspace: workspaceOf(host),
  };
}

function windowOf(host: ExtensionHost): object {
  const { workbench, events } = host;
  const ask =
    (kind: Question["kind"]) =>
    (message: string, ...items: (string | { modal?: boolean; title?: string })[]) => {
      const [first] = items;
      const isModal = typeof first === "object" && first.modal === true;
      const labelOf = (item: (typeof items)[number]): string | undefined =>
        typeof item === "string" ? item : item.title;
      const buttons = items.flatMap((item) => labelOf(item) ?? []);
      return host.inWindow(async () => {
        const answer = await workbench.user.answer({ kind, message, isModal, buttons });
        return items.find((item) => answer !== undefined && labelOf(item) === answer);
      });
    };
  const silent = { dispose: () => undefined };
  return {
    ...{ showInformationMessage: ask("information"), showWarningMessage: ask("warning") },
    showErrorMessage: ask("error"),
    showInputBox: ({ title }: { title: string }) => host.inWindow(() => workbench.user.type(title)),
    showQuickPick: (items: readonly object[], { title }: { title: string }) =>
      host.inWindow(async () => items[(await workbench.user.pick(title, items.length)) ?? -1]),
    setStatusBarMessage: (text: string) => {
      workbench.statusMessages.push(text);
      return silent;
    },
    withProgress: (_: unknown, work: (progress: object, token: object) => unknown) =>
      work({ report: () => undefined }, { onCancellationRequested: () => silent }),
    createStatusBarItem: () => {
      const item = { text: "", tooltip: null, show: () => undefined, ...silent };
      workbench.statusItem = item;
      return item;
    },
    createOutputChannel: () => ({
      info: () => undefined,
      error: (text: string) => {
        workbench.log.push(text);
      },
      ...silent,
    }),
    registerCustomEditorProvider: () => silent,
    onDidChangeActiveTextEditor: events.activeEditor.event,
    onDidChangeActiveNotebookEditor: new Emitter().event,
    tabGroups: {
      get all() {
        return [host.tabs.group];
      },
      get activeTabGroup() {
        return host.tabs.group;
      },
      onDidChangeTabs: events.tabs.event,
      onDidChangeTabGroups: new Emitter().event,
      close: (tabs: HostTab | readonly HostTab[]) => {
        const ids = [tabs].flat().map((tab) => tab.id);
        return host.inWindow(() => workbench.closeTabs(ids));
      },
    },
  };
}

function workspaceOf(host: ExtensionHost): object {
  const { workbench, events } = host;
  const never = new Emitter().event;
  return {
    ...{ isTrusted: true, workspaceFolders: [], workspaceFile: undefined },
    // Every folder counts as one that the window has open.
    getWorkspaceFolder: ({ path }: values.Uri) => ({ uri: values.Uri.file(dirname(path)) }),
    get textDocuments() {
      return [...host.documents.values()];
    },
    notebookDocuments: [],
    ...{ onDidOpenTextDocument: events.opened.event, onDidCloseTextDocument: events.closed.event },
    ...{ onDidChangeTextDocument: events.changed.event, onDidSaveTextDocument: events.saved.event },
    onWillSaveTextDocument: events.willSave.event,
    ...{ onDidOpenNotebookDocument: never, onDidCloseNotebookDocument: never },
    ...{ onDidChangeNotebookDocument: never, onDidSaveNotebookDocument: never },
    ...{ onWillSaveNotebookDocument: never, onDidChangeConfiguration: never },
    ...{ onWillRenameFiles: never, onDidRenameFiles: never, onDidDeleteFiles: never },
    getConfiguration: (section: string) => {
      const of = (name: string): unknown => workbench.settings[`${section}.${name}`];
      return {
        get: (name: string, usual?: unknown) => of(name) ?? usual,
        inspect: (name: string) => ({ globalValue: of(name) }),
      };
    },
    registerFileSystemProvider: (scheme: string, provider: Provider & FileEvents) => {
      host.providers.set(scheme, provider);
      const watch = provider.onDidChangeFile((changes) => {
        void host.inWindow(() => {
          workbench.filesChanged(changes);
        });
      });
      void host.inWindow(() => {
        workbench.registered(scheme);
      });
      return values.Disposable.from(watch);
    },
    registerTextDocumentContentProvider: (scheme: string, provider: ContentProvider) => {
      host.contents.set(scheme, provider);
      return new values.Disposable(() => host.contents.delete(scheme));
    },
    createFileSystemWatcher: ({ baseUri, pattern }: Pattern) => {
      const [changed, none] = [new Emitter(), new Emitter()];
      const tell = (path: string): void => {
        if (path === `${baseUri.path}/${pattern}`) changed.fire(values.Uri.file(path));
      };
      host.watchers.add(tell);
      return {
        ...{ onDidChange: changed.event, onDidCreate: none.event, onDidDelete: none.event },
        dispose: () => host.watchers.delete(tell),
      };
    },
    applyEdit: (edit: values.WorkspaceEdit) =>
      host.inWindow(() =>
        edit.replaced.every(({ uri, text }) => workbench.edit(uri.toString(), text)),
      ),
    save: (uri: values.Uri) =>
      host.inWindow(async () =>
        (await workbench.save(uri.toString(), "extension")) ? uri : undefined,
      ),
    encode: (text: string) => Promise.resolve(new TextEncoder().encode(text)),
    decode: (bytes: Uint8Array) => Promise.resolve(new TextDecoder().decode(bytes)),
  };
}

interface FileEvents {
  readonly onDidChangeFile: (
    listener: (changes: readonly { readonly type: number; readonly uri: values.Uri }[]) => void,
  ) => { dispose: () => void };
}
