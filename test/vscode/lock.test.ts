import { Uri } from "vscode";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { desk } from "../documents/kit";
import { Documents } from "../../src/documents/documents";
import type { Comparison } from "../../src/vscode/comparison";
import type { CageFileSystem } from "../../src/vscode/fileSystemProvider";
import { editorText, unsavedDocuments } from "../../src/vscode/editorTexts";
import { Lock } from "../../src/vscode/lock";
import { OpenRequests } from "../../src/vscode/openRequests";
import { scheme } from "../../src/vscode/uris";

/** A window as far as a lock sees it. */
const fake = vi.hoisted(() => {
  class Input {
    readonly isInput = true;
    constructor(fields: object) {
      Object.assign(this, fields);
    }
  }
  interface FakeTab {
    readonly label: string;
    readonly input: unknown;
    isDirty: boolean;
  }
  return {
    Text: class extends Input {},
    Diff: class extends Input {},
    Custom: class extends Input {},
    Notebook: class extends Input {},
    NotebookDiff: class extends Input {},
    Webview: class extends Input {},
    /** The input of a merge, whose class the API does not name. */
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
      save: (uri: Uri) => {
        fake.saved.push(uri.path);
        for (const tab of fake.tabs) tab.isDirty = false;
        return Promise.resolve(uri);
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
  const { context, keyring } = await desk();
  const documents = new Documents(context, () => undefined, editorText);
  const refreshed: string[] = [];
  const dropped: string[] = [];
  const files = {
    refresh: (path: string) => refreshed.push(path),
    dropMatches: (paths: readonly string[]) => dropped.push(...paths),
  } as unknown as CageFileSystem;
  const comparison = { clear: () => undefined } as unknown as Comparison;
  const requests = new OpenRequests();
  const lock = new Lock(documents, keyring, requests, files, comparison);
  return { lock, keyring, requests, refreshed, dropped };
}

beforeEach(() => {
  Object.assign(fake, { tabs: [], texts: [], notebooks: [], messages: [], commands: [] });
  Object.assign(fake, { saved: [], answer: undefined, stuck: [], changed: [] });
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
  ])("asks about %s with unsaved changes, and saves it", async (_, input) => {
    fake.tabs = [tab("a", input(), true)];
    const { lock, keyring } = await locking();
    await lock.lockNow();
    expect([fake.messages.splice(0), labels()]).toEqual([
      ["Save before locking? Unsaved: a."],
      ["a"],
    ]);
    const states: string[] = [];
    keyring.onChange((state) => states.push(state));
    fake.answer = "Save and Lock";
    await lock.lockNow();
    expect(fake.saved).toEqual([`${pathOf("a")}/a`]);
    expect([states, labels()]).toEqual([["locked"], []]);
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
  it("leaves unsaved documents, names them once, and closes them when they are saved", async () => {
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
      "The keys are gone, but draft has unsaved text and stays open until saved.",
    ]);
    draft.isDirty = false;
    for (const tell of fake.changed) tell({ changed: [draft] });
    await vi.waitFor(() => {
      expect(labels()).toEqual([]);
    });
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

describe("the text of an editor", () => {
  const text = (encoding: string, isDirty: boolean) => ({
    ...{ uri: uriOf("a"), isClosed: false, isDirty, encoding },
    getText: () => "text",
  });
  it.each<[string, object[], object[], [string, unknown, boolean][], unknown]>([
    ["nobody holds", [], [], [], null],
    ["a text editor holds", [text("utf8", false)], [], [["a", "Text", false]], "text"],
    ["was edited while it was saved", [text("utf8", false)], [], [["a", "Text", true]], "text"],
    ["is in another encoding", [text("utf16le", false)], [], [], { isUnsaved: false }],
    ["is unsaved in another encoding", [text("utf16le", true)], [], [], { isUnsaved: true }],
    ["is too large for extensions", [], [], [["a", "Text", false]], { isUnsaved: false }],
    ["is too large and unsaved", [], [], [["a", "Text", true]], { isUnsaved: true }],
    [
      "is a custom editor's",
      [text("utf8", false)],
      [],
      [["a", "Custom", true]],
      { isUnsaved: true },
    ],
    ["is a notebook's", [], [text("", true)], [], { isUnsaved: true }],
    ["is a clean notebook's", [], [text("", false)], [], { isUnsaved: false }],
  ])("that %s", (_, texts, notebooks, tabs, expected) => {
    fake.texts = texts;
    fake.notebooks = notebooks;
    fake.tabs = tabs.map(([name, kind, isDirty]) => {
      const input = new fake[kind as "Text" | "Custom"]({ uri: uriOf(name), viewType: "x" });
      return tab(name, input, isDirty);
    });
    expect(editorText(pathOf("a"))).toEqual(expected);
    const isUnsaved =
      tabs.some(([, , isDirty]) => isDirty) ||
      texts.concat(notebooks).some((one) => (one as { isDirty: boolean }).isDirty);
    expect(unsavedDocuments().map(({ path }) => path)).toEqual(isUnsaved ? [pathOf("a")] : []);
  });
});
