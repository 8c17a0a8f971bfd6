import { Uri } from "vscode";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { desk } from "../../documents/kit";
import { Documents } from "../../../src/documents/documents";
import type { DiskComparison } from "../../../src/vscode/editor/diskComparison";
import type { AwayTabs } from "../../../src/vscode/drafts/awayTabs";
import type { DraftKeeper } from "../../../src/vscode/drafts/draftKeeper";
import type { CageFileSystem } from "../../../src/vscode/editor/fileSystemProvider";
import { editorText } from "../../../src/vscode/editorTexts";
import { Lock } from "../../../src/vscode/lock/lock";
import { OpenRequests } from "../../../src/vscode/editor/plaintextRequests";
import { scheme } from "../../../src/vscode/uris";

/** The parts of a window that a lock needs. */
const fake = await vi.hoisted(async () => {
  const { Input } = await import("../fakeTabs");
  interface FakeTab {
    readonly label: string;
    readonly input: unknown;
    isDirty: boolean;
  }
  const aside = { base: "00", key: {} } as object | null;
  const write: (path: string) => Promise<void> = () => Promise.resolve();
  return {
    Text: class extends Input {},
    Diff: class extends Input {},
    Custom: class extends Input {},
    Notebook: class extends Input {},
    NotebookDiff: class extends Input {},
    Webview: class extends Input {},
    /** The input of a merge editor, for which the API has no class. */
    Merge: class extends Input {},
    tabs: [] as FakeTab[],
    texts: [] as object[],
    notebooks: [] as object[],
    messages: [] as string[],
    commands: [] as string[],
    saved: [] as string[],
    answer: undefined as string | undefined,
    stuck: [] as string[],
    changed: [] as ((event: object) => void)[],
    /** The outcome of setting unsaved text aside. */
    aside,
    ...{ kept: [] as string[], released: [] as string[], away: [] as string[] },
    write,
  };
});

vi.mock("vscode", async (original) => {
  const never = () => ({ dispose: () => undefined });
  const close = (tabs: { label: string }[]) => {
    fake.tabs = fake.tabs.filter((tab) => !tabs.includes(tab) || fake.stuck.includes(tab.label));
    return Promise.resolve(true);
  };
  return {
    ...(await original<object>()),
    ...{ TabInputText: fake.Text, TabInputTextDiff: fake.Diff, TabInputCustom: fake.Custom },
    ...{ TabInputNotebook: fake.Notebook, TabInputNotebookDiff: fake.NotebookDiff },
    TabInputWebview: fake.Webview,
    commands: {
      executeCommand: (command: string) => Promise.resolve(fake.commands.push(command)),
    },
    window: {
      tabGroups: {
        get all() {
          return [{ tabs: fake.tabs }];
        },
        onDidChangeTabs: (listener: (event: object) => void) => {
          fake.changed.push(listener);
          return never();
        },
        close,
      },
      ...{ onDidChangeActiveTextEditor: never, onDidChangeActiveNotebookEditor: never },
      setStatusBarMessage: (message: string) => fake.messages.push(message),
      showWarningMessage: (message: string) => {
        fake.messages.push(message);
        return Promise.resolve(fake.answer);
      },
    },
    workspace: {
      get textDocuments() {
        return fake.texts;
      },
      get notebookDocuments() {
        return fake.notebooks;
      },
      ...{ onDidSaveTextDocument: never, onDidChangeTextDocument: never },
      ...{ onDidCloseTextDocument: never, onDidCloseNotebookDocument: never },
      onDidChangeNotebookDocument: never,
      save: async (uri: Uri) => {
        fake.saved.push(uri.path);
        await fake.write(uri.path.slice(0, uri.path.lastIndexOf("/")));
        for (const tab of fake.tabs) tab.isDirty = false;
        return uri;
      },
    },
  };
});

const pathOf = (name: string): string => `/w/${name}.age`;
const uriOf = (name: string, of = scheme): Uri =>
  Uri.from({ scheme: of, path: `${pathOf(name)}/${name}` });
const tab = (label: string, input: unknown, isDirty = false) => ({ label, input, isDirty });
const labels = (): readonly string[] => fake.tabs.map(({ label }) => label);

async function locking() {
  const { context, keyring, encrypted } = await desk();
  const documents = new Documents(context, () => undefined, editorText);
  const refreshed: string[] = [];
  const dropped: string[] = [];
  const files = {
    refresh: (path: string) => refreshed.push(path),
    dropMatches: (paths: readonly string[]) => dropped.push(...paths),
  } as unknown as CageFileSystem;
  const comparison = { clear: () => undefined } as unknown as DiskComparison;
  const requests = new OpenRequests();
  const keeper = {
    setAside: (paths: readonly string[]) =>
      Promise.resolve(new Map(paths.map((path) => [path, fake.aside]))),
    keep: (path: string, _: unknown, content: Uint8Array) => {
      fake.kept.push(`${path} ${String(content.length)}`);
      return Promise.resolve();
    },
    ...{ release: (path: string) => fake.released.push(path), leave: () => undefined },
  } as unknown as DraftKeeper;
  const add = (path: string) => fake.away.push(path);
  const away = { add, stop: () => undefined } as unknown as AwayTabs;
  const lock = new Lock(documents, keyring, requests, files, comparison, keeper, away);
  fake.write = async (path) => requests.diversionOf(path)?.(new Uint8Array(3));
  return { lock, keyring, requests, refreshed, dropped, documents, encrypted };
}

beforeEach(() => {
  Object.assign(fake, { tabs: [], texts: [], notebooks: [], messages: [], commands: [] });
  Object.assign(fake, { saved: [], answer: undefined, stuck: [], changed: [] });
  Object.assign(fake, { aside: { base: "00", key: {} }, kept: [], released: [], away: [] });
});

describe("Lock Now", () => {
  it("closes every tab that shows a document in any way, and no other", async () => {
    const plain = Uri.file("/w/plain.txt");
    fake.tabs = [
      tab("text", new fake.Text({ uri: uriOf("a.md") })),
      tab("custom", new fake.Custom({ uri: uriOf("b.png"), viewType: "x" })),
      tab("notebook", new fake.Notebook({ uri: uriOf("c.ipynb"), notebookType: "x" })),
      tab("right of a diff", new fake.Diff({ original: plain, modified: uriOf("a.md") })),
      tab("left of a diff", new fake.Diff({ original: uriOf("a.md"), modified: plain })),
      tab("notebooks", new fake.NotebookDiff({ original: plain, modified: uriOf("c.ipynb") })),
      tab("merge", new fake.Merge({ base: plain, input1: uriOf("a.md"), input2: plain })),
      tab("many", new fake.Merge({ textDiffs: [{ original: plain, modified: uriOf("a.md") }] })),
      tab("comparison", new fake.Text({ uri: uriOf("a.md", "cage-disk") })),
      tab("Preview a.md", new fake.Webview({ viewType: "mainThreadWebview-markdown.preview" })),
      tab("plain", new fake.Text({ uri: plain })),
      tab("Preview aa.md", new fake.Webview({ viewType: "releaseNotes" })),
      tab("Settings", undefined),
    ];
    const { lock, dropped } = await locking();
    await lock.lockNow();
    expect(labels()).toEqual(["plain", "Preview aa.md", "Settings"]);
    expect([...new Set(dropped)]).toEqual(["a.md", "b.png", "c.ipynb"].map(pathOf));
    expect(fake.messages).toEqual(["Cage is locked."]);
  });

  it("closes search editors that name a document", async () => {
    const text = (query: string, found: string) => ({
      ...{ uri: Uri.from({ scheme: "search-editor", path: query }), isDirty: false },
      getText: () => `# Query: ${query}\n\n1 result - 1 file\n\n${found}:\n  1: ${query}\n`,
    });
    fake.texts = [text("canary of a long query", "a.md.age/a.md"), text("other", "aa.md")];
    fake.tabs = [
      tab("a.md", new fake.Text({ uri: uriOf("a.md") })),
      tab("Suche: canary of...", undefined),
      tab("Suche: other", undefined),
    ];
    await (await locking()).lock.lockNow();
    expect(labels()).toEqual(["Suche: other"]);
  });

  it.each(["s", "Settings", "", "   "])(
    "leaves VS Code's own pages where a search editor looks for '%s'",
    async (query) => {
      fake.texts = [
        {
          ...{ uri: Uri.from({ scheme: "search-editor", path: "/x" }), isDirty: false },
          getText: () => `# Query: ${query}\n\n1 result - 1 file\n\na.md.age/a.md:\n  1: s\n`,
        },
      ];
      const own = ["Settings", "Keyboard Shortcuts", "Running Extensions", "Page: "];
      const search = query.trim() === "" ? [] : [`Search: ${query}`];
      fake.tabs = [
        tab("a.md", new fake.Text({ uri: uriOf("a.md") })),
        ...[...own, ...search].map((label) => tab(label, undefined)),
      ];
      await (await locking()).lock.lockNow();
      expect(labels()).toEqual(own);
    },
  );

  it.each<[string, () => unknown]>([
    ["a large text, which VS Code keeps from extensions", () => new fake.Text({ uri: uriOf("a") })],
    ["a custom editor", () => new fake.Custom({ uri: uriOf("a"), viewType: "x" })],
    ["a notebook", () => new fake.Notebook({ uri: uriOf("a"), notebookType: "x" })],
    ["a diff", () => new fake.Diff({ original: Uri.file("/w/b"), modified: uriOf("a") })],
  ])("sets the unsaved changes of %s aside, asks nothing, and writes no file", async (_, input) => {
    fake.tabs = [tab("a", input(), true)];
    const { lock, keyring, requests } = await locking();
    const states: string[] = [];
    keyring.onChange((state) => states.push(state));
    await lock.lockNow();
    const told = "Cage is locked. Unsaved text of 1 file is kept in a draft.";
    expect([states, labels(), fake.messages]).toEqual([["locked"], [], [told]]);
    expect([fake.saved, fake.kept]).toEqual([[`${pathOf("a")}/a`], [`${pathOf("a")} 3`]]);
    expect([fake.away, fake.released]).toEqual([[pathOf("a")], []]);
    expect(requests.diversionOf(pathOf("a"))).toBe(null);
  });

  it("keeps a text that only its save tells, and not what another editor of it saves", async () => {
    const at = await locking();
    const path = await at.encrypted("a.age", "text");
    await at.documents.read(path, "ask");
    const uri = Uri.from({ scheme, path: `${path}/a` });
    fake.tabs = [tab("a", new fake.Custom({ uri, viewType: "x" }), true)];
    fake.write = async (to) => {
      for (const text of ["typed", "text"]) {
        await at.requests.diversionOf(to)?.(new TextEncoder().encode(text));
      }
    };
    await at.lock.lockNow();
    expect([fake.kept, labels()]).toEqual([[`${path} 5`], []]);
  });

  it("names what could not be closed, and pages that may show something, and claims no more", async () => {
    fake.tabs = [
      tab("a.md", new fake.Text({ uri: uriOf("a.md") })),
      tab("Panel", new fake.Webview({ viewType: "mainThreadWebview-other" })),
    ];
    fake.stuck = ["a.md"];
    await (await locking()).lock.lockNow();
    expect(fake.messages).toEqual([
      "The keys are gone, but a.md could not be closed and still shows decrypted text: close it. Panel may still show decrypted text: Cage can't see into other extensions' tabs.",
    ]);
  });
});

describe("a lock that comes by itself", () => {
  it("leaves what no draft could be kept of, names it once, and closes it when it is saved", async () => {
    fake.aside = null;
    const draft = tab("draft", new fake.Custom({ uri: uriOf("draft"), viewType: "x" }), true);
    fake.tabs = [draft, tab("b", new fake.Text({ uri: uriOf("b") }))];
    const { keyring, dropped } = await locking();
    keyring.lock();
    await vi.waitFor(() => {
      expect(labels()).toEqual(["draft"]);
    });
    expect(dropped.splice(0)).toEqual([pathOf("b")]);
    fake.tabs.push(tab("c", new fake.Text({ uri: uriOf("c") })));
    keyring.lock();
    await vi.waitFor(() => {
      expect([labels(), dropped]).toEqual([["draft"], [pathOf("c")]]);
    });
    expect(fake.messages).toEqual([
      "The keys are gone, but draft has unsaved text that no draft could keep, and stays open until saved.",
    ]);
    expect([fake.saved, [...new Set(fake.released)]]).toEqual([[], [pathOf("draft")]]);
    draft.isDirty = false;
    for (const tell of fake.changed) tell({ changed: [draft] });
    await vi.waitFor(() => {
      expect(labels()).toEqual([]);
    });
  });

  it("is still that one when it closes what was left to be saved", async () => {
    fake.aside = null;
    const draft = tab("draft", new fake.Custom({ uri: uriOf("draft"), viewType: "x" }), true);
    fake.tabs = [draft];
    const { keyring, lock } = await locking();
    const reasons: string[] = [];
    keyring.onChange((_, reason) => reasons.push(reason));
    keyring.lock("idle");
    await lock.whenDone();
    draft.isDirty = false;
    for (const tell of fake.changed) tell({ changed: [draft] });
    expect(reasons).toEqual(["idle", "idle"]);
    await lock.whenDone();
  });

  it("empties what another extension holds, notebooks too", async () => {
    const held = (name: string) => ({ uri: uriOf(name), isDirty: false, isClosed: false });
    fake.texts = [held("a.md")];
    fake.notebooks = [held("c.ipynb")];
    const { keyring, requests, refreshed } = await locking();
    keyring.lock();
    await vi.waitFor(() => {
      expect(refreshed).toEqual([pathOf("a.md"), pathOf("c.ipynb")]);
    });
    expect(refreshed.every((path) => requests.isBlanked(path))).toBe(true);
  });
});
