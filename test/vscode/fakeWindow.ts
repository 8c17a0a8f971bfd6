// The vscode module for tests of one part, as in vi.mock("vscode", () => import("./fakeWindow")).
import { Emitter } from "../workbench/emitter";
import { enumerations, Uri } from "../workbench/values";
import { askInput, askList, FakeQuickPick, paths, press } from "./fakeDialogs";
import { fakeTabGroups } from "./fakeTabs";
import { user } from "./fakeUser";
import { held, on } from "./fakeWorkspace";

export {
  Disposable,
  FileSystemError,
  MarkdownString,
  Position,
  Range,
  RelativePattern,
  TabInputCustom,
  TabInputNotebook,
  TabInputNotebookDiff,
  TabInputText,
  TabInputTextDiff,
  TabInputWebview,
  Uri,
  WorkspaceEdit,
} from "../workbench/values";
export { Emitter as EventEmitter } from "../workbench/emitter";
export { workspace } from "./fakeWorkspace";
export const {
  ConfigurationTarget,
  FileChangeType,
  FilePermission,
  FileType,
  InputBoxValidationSeverity,
  ProgressLocation,
  QuickPickItemKind,
  StatusBarAlignment,
  UIKind,
  ViewColumn,
} = enumerations;
export const version = "1.139.1";

const silent = { dispose: () => undefined };

export const window = {
  showInformationMessage: press("information"),
  showWarningMessage: press("warning"),
  showErrorMessage: press("error"),
  ...{ showQuickPick: askList, showInputBox: askInput },
  createQuickPick: () => new FakeQuickPick(),
  showOpenDialog: async ({ title }: { title: string }) => {
    user.see("open", title);
    return (await paths(title))?.map((path) => Uri.file(path));
  },
  showSaveDialog: async ({ title, defaultUri }: { title: string; defaultUri?: Uri }) => {
    user.see("save", title, defaultUri?.fsPath);
    const [path] = (await paths(title)) ?? [];
    return path === undefined ? undefined : Uri.file(path);
  },
  setStatusBarMessage: (text: string) => (user.see("status", text), silent),
  showTextDocument: ({ uri }: { uri: Uri }) => {
    const text = held.contents.get(uri.scheme)?.provideTextDocumentContent(uri) ?? "";
    user.see("document", uri.path.replace(/^.*\//, ""), text);
    return Promise.resolve();
  },
  withProgress: async ({ title }: { title: string }, work: (...args: object[]) => unknown) => {
    user.see("progress", title);
    const cancelled = new Emitter();
    const cancel = (): void => {
      cancelled.fire();
    };
    user.cancels.add(cancel);
    const report = ({ message }: { message: string }) => user.reports.push(message);
    try {
      return await work({ report }, { onCancellationRequested: cancelled.event });
    } finally {
      user.cancels.delete(cancel);
    }
  },
  createStatusBarItem: () => {
    const item = { text: "", show: () => undefined, ...silent };
    held.items.push(item);
    return item;
  },
  ...{ ...on("onDidChangeActiveTextEditor"), ...on("onDidChangeActiveNotebookEditor") },
  get tabGroups() {
    const groups = fakeTabGroups(held);
    const activeTab = held.tabs.find((tab) => "isActive" in tab && tab.isActive === true);
    return {
      get all() {
        return groups.all;
      },
      close: (tabs: object | readonly object[]) => groups.close([tabs].flat()),
      activeTabGroup: { activeTab },
      ...{ ...on("onDidChangeTabs"), ...on("onDidChangeTabGroups") },
    };
  },
};

export const commands = {
  registerCommand: (id: string, run: (...args: never[]) => unknown) => {
    held.commands.set(id, run);
    return { dispose: () => held.commands.delete(id) };
  },
  executeCommand: (id: string, ...args: never[]) => {
    held.ran.push([id, ...args]);
    return Promise.resolve(held.commands.get(id)?.(...args));
  },
};

export const env = {
  ...{ uiKind: 1, appName: "Visual Studio Code", appRoot: "/nowhere", language: "en" },
  clipboard: { writeText: (text: string) => Promise.resolve(void held.clipboard.push(text)) },
};

export const languages = {
  setTextDocumentLanguage: (document: object) => Promise.resolve(document),
};

export const extensions = { getExtension: () => ({ packageJSON: { version: "0.0.0" } }) };
