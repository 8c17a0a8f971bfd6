import {
  TabInputCustom,
  TabInputNotebook,
  TabInputNotebookDiff,
  TabInputText,
  TabInputTextDiff,
  TabInputWebview,
  Uri,
  workspace,
} from "vscode";
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
import { user } from "../fakeUser";
import { held, tell } from "../fakeWorkspace";

vi.mock("vscode", () => import("../fakeWindow"));

/** The drafts and the tabs that a lock has set aside, and what tells it how. */
const fresh = () => ({
  /** The outcome of setting unsaved text aside. */
  aside: { base: "00", key: {} } as object | null,
  ...{ kept: [] as string[], released: [] as string[], away: [] as string[] },
  /** Hands the text of a file over, as its save does. */
  write: (() => Promise.resolve()) as (path: string) => Promise<void>,
});
const fake = fresh();

const pathOf = (name: string): string => `/w/${name}.age`;
const uriOf = (name: string, of = scheme): Uri =>
  Uri.from({ scheme: of, path: `${pathOf(name)}/${name}` });
const tab = (label: string, input: unknown, isDirty = false) => ({ label, input, isDirty });
const labels = (): readonly unknown[] => held.tabs.map((one) => "label" in one && one.label);

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
    make: (path: string, _: unknown, content: Uint8Array) => {
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
  Object.assign(fake, fresh());
  vi.spyOn(workspace, "save").mockImplementation(async (saved) => {
    held.saved.push(saved.path);
    await fake.write(saved.path.slice(0, saved.path.lastIndexOf("/")));
    for (const tab of held.tabs) Object.assign(tab, { isDirty: false });
    return saved;
  });
});

describe("Lock Now", () => {
  it("closes every tab that shows a document in any way, and no other", async () => {
    const plain = Uri.file("/w/plain.txt");
    held.tabs = [
      tab("text", new TabInputText(uriOf("a.md"))),
      tab("custom", new TabInputCustom(uriOf("b.png"), "x")),
      tab("notebook", new TabInputNotebook(uriOf("c.ipynb"), "x")),
      tab("right of a diff", new TabInputTextDiff(plain, uriOf("a.md"))),
      tab("left of a diff", new TabInputTextDiff(uriOf("a.md"), plain)),
      tab("notebooks", new TabInputNotebookDiff(plain, uriOf("c.ipynb"), "x")),
      tab("merge", { base: plain, input1: uriOf("a.md"), input2: plain }),
      tab("many", { textDiffs: [{ original: plain, modified: uriOf("a.md") }] }),
      tab("comparison", new TabInputText(uriOf("a.md", "cage-disk"))),
      tab("Preview a.md", new TabInputWebview("mainThreadWebview-markdown.preview")),
      tab("plain", new TabInputText(plain)),
      tab("Preview aa.md", new TabInputWebview("releaseNotes")),
      tab("Settings", undefined),
    ];
    const { lock, dropped } = await locking();
    await lock.lockNow();
    expect(labels()).toEqual(["plain", "Preview aa.md", "Settings"]);
    expect([...new Set(dropped)]).toEqual(["a.md", "b.png", "c.ipynb"].map(pathOf));
    expect(user.texts()).toEqual(["Cage is locked."]);
  });

  it("closes search editors that name a document", async () => {
    const text = (query: string, found: string) => ({
      ...{ uri: Uri.from({ scheme: "search-editor", path: query }), isDirty: false },
      getText: () => `# Query: ${query}\n\n1 result - 1 file\n\n${found}:\n  1: ${query}\n`,
    });
    held.texts = [text("canary of a long query", "a.md.age/a.md"), text("other", "aa.md")];
    held.tabs = [
      tab("a.md", new TabInputText(uriOf("a.md"))),
      tab("Suche: canary of...", undefined),
      tab("Suche: other", undefined),
    ];
    await (await locking()).lock.lockNow();
    expect(labels()).toEqual(["Suche: other"]);
  });

  it.each(["s", "Settings", "", "   "])(
    "leaves VS Code's own pages where a search editor looks for '%s'",
    async (query) => {
      held.texts = [
        {
          ...{ uri: Uri.from({ scheme: "search-editor", path: "/x" }), isDirty: false },
          getText: () => `# Query: ${query}\n\n1 result - 1 file\n\na.md.age/a.md:\n  1: s\n`,
        },
      ];
      const own = ["Settings", "Keyboard Shortcuts", "Running Extensions", "Page: "];
      const search = query.trim() === "" ? [] : [`Search: ${query}`];
      held.tabs = [
        tab("a.md", new TabInputText(uriOf("a.md"))),
        ...[...own, ...search].map((label) => tab(label, undefined)),
      ];
      await (await locking()).lock.lockNow();
      expect(labels()).toEqual(own);
    },
  );

  it.each<[string, () => unknown]>([
    ["a large text, which VS Code keeps from extensions", () => new TabInputText(uriOf("a"))],
    ["a custom editor", () => new TabInputCustom(uriOf("a"), "x")],
    ["a notebook", () => new TabInputNotebook(uriOf("a"), "x")],
    ["a diff", () => new TabInputTextDiff(Uri.file("/w/b"), uriOf("a"))],
  ])("sets the unsaved changes of %s aside, asks nothing, and writes no file", async (_, input) => {
    held.tabs = [tab("a", input(), true)];
    const { lock, keyring, requests } = await locking();
    const states: string[] = [];
    keyring.onChange((state) => states.push(state));
    await lock.lockNow();
    const told = "Cage is locked. Unsaved text of 1 file is kept in a draft.";
    expect([states, labels(), user.texts()]).toEqual([["locked"], [], [told]]);
    expect([held.saved, fake.kept]).toEqual([[`${pathOf("a")}/a`], [`${pathOf("a")} 3`]]);
    expect([fake.away, fake.released]).toEqual([[pathOf("a")], []]);
    expect(requests.diversionOf(pathOf("a"))).toBe(null);
  });

  it("keeps a text that only its save tells, and not what another editor of it saves", async () => {
    const at = await locking();
    const path = await at.encrypted("a.age", "text");
    await at.documents.read(path, "ask");
    const uri = Uri.from({ scheme, path: `${path}/a` });
    held.tabs = [tab("a", new TabInputCustom(uri, "x"), true)];
    fake.write = async (to) => {
      for (const text of ["typed", "text"]) {
        await at.requests.diversionOf(to)?.(new TextEncoder().encode(text));
      }
    };
    await at.lock.lockNow();
    expect([fake.kept, labels()]).toEqual([[`${path} 5`], []]);
  });

  it("names what could not be closed, and pages that may show something, and claims no more", async () => {
    held.tabs = [
      { ...tab("a.md", new TabInputText(uriOf("a.md"))), isStuck: true },
      tab("Panel", new TabInputWebview("mainThreadWebview-other")),
    ];
    await (await locking()).lock.lockNow();
    expect(user.texts()).toEqual([
      "The keys are gone, but a.md could not be closed and still shows decrypted text: close it. Panel may still show decrypted text: Cage can't see into other extensions' tabs.",
    ]);
  });
});

describe("a lock that comes by itself", () => {
  it("leaves what no draft could be kept of, names it once, and closes it when it is saved", async () => {
    fake.aside = null;
    const draft = tab("draft", new TabInputCustom(uriOf("draft"), "x"), true);
    held.tabs = [draft, tab("b", new TabInputText(uriOf("b")))];
    const { keyring, dropped } = await locking();
    keyring.lock();
    await vi.waitFor(() => {
      expect(labels()).toEqual(["draft"]);
    });
    expect(dropped.splice(0)).toEqual([pathOf("b")]);
    held.tabs = [...held.tabs, tab("c", new TabInputText(uriOf("c")))];
    keyring.lock();
    await vi.waitFor(() => {
      expect([labels(), dropped]).toEqual([["draft"], [pathOf("c")]]);
    });
    expect(user.texts()).toEqual([
      "The keys are gone, but draft has unsaved text that no draft could keep, and stays open until saved.",
    ]);
    expect([held.saved, [...new Set(fake.released)]]).toEqual([[], [pathOf("draft")]]);
    draft.isDirty = false;
    tell("onDidChangeTabs", { changed: [draft] });
    await vi.waitFor(() => {
      expect(labels()).toEqual([]);
    });
  });

  it("is still that one when it closes what was left to be saved", async () => {
    fake.aside = null;
    const draft = tab("draft", new TabInputCustom(uriOf("draft"), "x"), true);
    held.tabs = [draft];
    const { keyring, lock } = await locking();
    const reasons: string[] = [];
    keyring.onChange((_, reason) => reasons.push(reason));
    keyring.lock("idle");
    await lock.whenDone();
    draft.isDirty = false;
    tell("onDidChangeTabs", { changed: [draft] });
    expect(reasons).toEqual(["idle", "idle"]);
    await lock.whenDone();
  });

  it("empties what another extension holds, notebooks too", async () => {
    const textOf = (name: string) => ({ uri: uriOf(name), isDirty: false, isClosed: false });
    held.texts = [textOf("a.md")];
    held.notebooks = [textOf("c.ipynb")];
    const { keyring, requests, refreshed } = await locking();
    keyring.lock();
    await vi.waitFor(() => {
      expect(refreshed).toEqual([pathOf("a.md"), pathOf("c.ipynb")]);
    });
    expect(refreshed.every((path) => requests.isBlanked(path))).toBe(true);
  });
});
