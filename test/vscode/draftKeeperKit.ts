import { afterEach, beforeEach, vi } from "vitest";
import { Uri } from "vscode";
import { AgeError } from "../../src/age/errors";
import type { Drafts } from "../../src/documents/drafts/drafts";
import type { DraftTarget, DraftTargets } from "../../src/documents/drafts/draftTarget";
import { DraftKeeper } from "../../src/vscode/drafts/draftKeeper";
import type { Log } from "../../src/vscode/log";
import { scheme } from "../../src/vscode/uris";

/** The parts of a window that drafts need. */
const fake = await vi.hoisted(async () => {
  const { Input } = await import("./fakeTabs");
  interface FakeTab {
    readonly input: unknown;
    isDirty: boolean;
  }
  type Listener = (event: object) => void;
  return {
    ...{ Text: class extends Input {}, Custom: class extends Input {} },
    Other: class extends Input {},
    tabs: [] as FakeTab[],
    texts: [] as object[],
    changed: [] as Listener[],
    tabsChanged: [] as Listener[],
  };
});

vi.mock("vscode", async (original) => {
  const never = () => ({ dispose: () => undefined });
  const to = (listeners: ((event: object) => void)[]) => (listener: (event: object) => void) => {
    listeners.push(listener);
    return never();
  };
  class Emitter {
    readonly event = never;
    readonly fire = never;
    readonly dispose = never;
  }
  return {
    ...(await original<object>()),
    ...{ TabInputText: fake.Text, TabInputCustom: fake.Custom, EventEmitter: Emitter },
    ...{ TabInputTextDiff: fake.Other, TabInputNotebook: fake.Other },
    window: {
      tabGroups: {
        get all() {
          return [{ tabs: fake.tabs }];
        },
        onDidChangeTabs: to(fake.tabsChanged),
      },
    },
    workspace: {
      get textDocuments() {
        return fake.texts;
      },
      notebookDocuments: [],
      onDidChangeTextDocument: to(fake.changed),
      ...{ onDidChangeNotebookDocument: never, onDidSaveNotebookDocument: never },
      onDidSaveTextDocument: never,
    },
  };
});

export const path = "/w/a.age";
export const uri = Uri.from({ scheme, path: `${path}/a` });
export const target = { base: "00", key: {} } as unknown as DraftTarget;

export interface Situation {
  readonly failure?: AgeError | undefined;
  readonly key?: DraftTarget | null;
  /** The key that a longer search finds. */
  readonly found?: Promise<DraftTarget>;
  /** The promise that a slow disk waits for. */
  readonly until?: Promise<void>;
}

/** Opens a text in an editor, with a keeper whose drafts go to a list. */
export function keeping(situation: Situation = {}) {
  const log: string[] = [];
  const taken: Uint8Array[] = [];
  const drafts = {
    make: async (...[, , , content, apart]: Parameters<Drafts["make"]>) => {
      await situation.until;
      if (situation.failure !== undefined) throw situation.failure;
      log.push(`${apart ?? "draft"} ${new TextDecoder().decode(content)}`);
      taken.push(content);
    },
    newSession: () => "aside",
    discardOwn: (_path: string, apart = "draft") => Promise.resolve(log.push(`no ${apart}`)),
  } as unknown as Drafts;
  const targets = {
    now: () => (situation.key === undefined ? target : situation.key),
    ...{ find: () => situation.found ?? Promise.resolve(null), clear: () => undefined },
  } as unknown as DraftTargets;
  const keeper = new DraftKeeper(drafts, targets, { failure: () => undefined } as unknown as Log);
  return { keeper, log, taken };
}

export const document = { uri, isClosed: false, isDirty: false, encoding: "utf8", text: "" };
export const tab = { input: new fake.Text({ uri }), isDirty: false };

export function type(text: string): void {
  Object.assign(document, { text, isDirty: true });
  tab.isDirty = true;
  for (const tell of fake.changed) tell({ document });
}

export function makeClean(): void {
  document.isDirty = tab.isDirty = false;
  for (const tell of fake.tabsChanged) tell({ changed: [tab], closed: [], opened: [] });
}

export function close(): void {
  Object.assign(document, { isDirty: false, isClosed: true });
  fake.tabs = [];
  for (const tell of fake.tabsChanged) tell({ changed: [], closed: [tab], opened: [] });
}

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(document, { isClosed: false, isDirty: false, text: "" });
  Object.assign(document, { getText: () => document.text });
  tab.isDirty = false;
  Object.assign(fake, { tabs: [tab], texts: [document] });
  fake.changed.length = fake.tabsChanged.length = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

export { fake };
