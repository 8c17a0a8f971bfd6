import { rm, stat } from "node:fs/promises";
import { relative } from "node:path";
import { beforeEach } from "vitest";
import { Emitter } from "../workbench/emitter";
import { Uri } from "../workbench/values";

/** The state of the window, which a test sets. */
const fresh = () => ({
  tabs: [] as readonly object[],
  texts: [] as readonly object[],
  notebooks: [] as readonly object[],
  /** The folders of the workspace. */
  folders: [] as readonly string[],
  workspaceFile: undefined as object | undefined,
  isTrusted: true,
  hasTrash: true,
  /** The settings by their places; a value is under its whole name, as "cage.files". */
  settings: { user: {}, workspace: {}, folder: {} } as Record<Place, Record<string, unknown>>,
  /** False if no settings can be written. */
  takesSettings: true,
  /** The files that a search of the workspace finds. */
  found: [] as readonly string[],
  globs: [] as string[],
  clipboard: [] as string[],
  /** The commands that ran, with their arguments. */
  ran: [] as (readonly unknown[])[],
  /** The commands that are registered, or that a test gives. */
  commands: new Map<string, (...args: never[]) => unknown>(),
  /** The documents that VS Code was to save though it holds no text of them. */
  saved: [] as string[],
  trashed: [] as string[],
  /** The items of the status bar. */
  items: [] as { text: string; tooltip?: { value: string } }[],
  contents: new Map<string, { provideTextDocumentContent: (uri: Uri) => string }>(),
  emitters: new Map<string, Emitter>(),
});

type Place = "user" | "workspace" | "folder";
const placesOf: Readonly<Record<number, Place>> = { 1: "user", 2: "workspace", 3: "folder" };

export const held = fresh();
beforeEach(() => {
  Object.assign(held, fresh());
});

function emitter(name: string): Emitter {
  const found = held.emitters.get(name) ?? new Emitter();
  held.emitters.set(name, found);
  return found;
}

/** Makes the event of a name, such as "onDidChangeTabs", which a test fires by `tell`. */
export function on(name: string) {
  return { [name]: (hear: (event: unknown) => unknown) => emitter(name).event(hear) };
}

/** Fires an event of the window or the workspace. */
export function tell(name: string, event: object = {}): void {
  emitter(name).fire(event);
}

const silent = { dispose: () => undefined };

export const workspace = {
  get textDocuments() {
    return held.texts;
  },
  get notebookDocuments() {
    return held.notebooks;
  },
  get workspaceFolders() {
    return held.folders.map((path) => ({ uri: Uri.file(path) }));
  },
  get workspaceFile() {
    return held.workspaceFile;
  },
  get isTrusted() {
    return held.isTrusted;
  },
  getWorkspaceFolder: ({ fsPath }: Uri) => {
    const folder = held.folders.find((one) => fsPath.startsWith(`${one}/`));
    return folder === undefined ? undefined : { uri: Uri.file(folder) };
  },
  asRelativePath: (path: string) =>
    held.folders.length === 0 ? path : relative(held.folders[0] ?? "", path),
  findFiles: (glob: string) => {
    held.globs.push(glob);
    return Promise.resolve(held.found.map((path) => Uri.file(path)));
  },
  // The settings of a folder are those of a file in it.
  getConfiguration: (section: string, scope?: Uri) => {
    const of = (place: Place, name: string): unknown =>
      place === "folder" && scope === undefined
        ? undefined
        : held.settings[place][`${section}.${name}`];
    return {
      get: (name: string, usual?: unknown) =>
        of("folder", name) ?? of("workspace", name) ?? of("user", name) ?? usual,
      inspect: (name: string) => ({
        globalValue: of("user", name),
        workspaceValue: of("workspace", name),
        workspaceFolderValue: of("folder", name),
      }),
      update: (name: string, value: unknown, target: number) => {
        const place = placesOf[target];
        const isNowhere = place === "folder" && scope === undefined;
        if (!held.takesSettings || place === undefined || isNowhere) {
          return Promise.reject(new Error("the settings can't be written"));
        }
        held.settings[place][`${section}.${name}`] = value;
        return Promise.resolve();
      },
    };
  },
  fs: {
    stat: ({ fsPath }: Uri) => stat(fsPath),
    delete: async ({ fsPath }: Uri, options: { useTrash?: boolean } = {}) => {
      if (options.useTrash === true && !held.hasTrash) throw new Error("there is no trash");
      if (options.useTrash === true) held.trashed.push(fsPath);
      await rm(fsPath);
    },
  },
  save: (uri: Uri) => Promise.resolve(void held.saved.push(uri.toString())).then(() => uri),
  openTextDocument: (uri: Uri) => Promise.resolve({ uri }),
  registerTextDocumentContentProvider: (
    scheme: string,
    provider: { provideTextDocumentContent: (uri: Uri) => string },
  ) => {
    held.contents.set(scheme, provider);
    return silent;
  },
  ...{ ...on("onDidOpenTextDocument"), ...on("onDidCloseTextDocument") },
  ...{ ...on("onDidChangeTextDocument"), ...on("onDidSaveTextDocument") },
  ...{ ...on("onWillSaveTextDocument"), ...on("onWillSaveNotebookDocument") },
  ...{ ...on("onDidCloseNotebookDocument"), ...on("onDidChangeNotebookDocument") },
  ...on("onDidChangeConfiguration"),
};
