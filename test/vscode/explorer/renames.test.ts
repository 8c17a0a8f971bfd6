import { beforeEach, expect, it, vi } from "vitest";
import { Uri } from "vscode";
import { Documents } from "../../../src/documents/documents";
import type { EditorText } from "../../../src/documents/memory/editorText";
import { DocumentMoves } from "../../../src/vscode/editor/documentMoves";
import { Renames } from "../../../src/vscode/explorer/renames";
import { documentUri } from "../../../src/vscode/uris";
import { desk } from "../../documents/kit";

interface FakeTab {
  input: unknown;
  readonly isDirty: boolean;
}

/** A way in which VS Code treats a workspace edit. */
type Applying = "moves" | "refuses" | "throws";

type Listener = (event: { readonly files: readonly { oldUri: Uri; newUri: Uri }[] }) => void;

const fake = vi.hoisted(() => {
  class Input {
    constructor(readonly uri: Uri) {}
  }
  class Other {
    readonly isOther = true;
  }
  return {
    ...{ Text: Input, Other, tabs: [] as FakeTab[], told: [] as string[] },
    ...{ listeners: [] as Listener[], answer: undefined as string | undefined },
    /** The exceptions by the new name's path; all other edits move their document. */
    applying: new Map<string, Applying>(),
    renamedFiles: [] as string[],
    ...{ away: [] as (readonly string[])[], ran: [] as (readonly string[])[] },
  };
});

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  ...{ TabInputText: fake.Text, TabInputTextDiff: fake.Other, TabInputCustom: fake.Other },
  ...{ TabInputNotebook: fake.Other },
  WorkspaceEdit: class {
    readonly renamed: (readonly [Uri, Uri])[] = [];
    renameFile(from: Uri, to: Uri): void {
      this.renamed.push([from, to]);
    }
  },
  commands: {
    executeCommand: (command: string, { path }: Uri) =>
      Promise.resolve(void fake.ran.push([command, path])),
  },
  window: {
    tabGroups: (await import("../fakeTabs")).fakeTabGroups(fake),
    showWarningMessage: (text: string) => {
      fake.told.push(text);
      return Promise.resolve(fake.answer);
    },
  },
  workspace: {
    ...{ textDocuments: [], notebookDocuments: [] },
    onDidRenameFiles: (listener: Listener) => {
      fake.listeners = [listener];
      return { dispose: () => undefined };
    },
    applyEdit: async ({ renamed }: { readonly renamed: readonly (readonly [Uri, Uri])[] }) => {
      // VS Code takes a while, and another rename may come meanwhile.
      await new Promise(setImmediate);
      for (const [from, to] of renamed) {
        const applying = fake.applying.get(to.path) ?? "moves";
        if (applying === "throws") throw new Error("VS Code says so");
        if (applying === "refuses") return false;
        if (to.scheme === "file") fake.renamedFiles.push(`${from.path} ${to.path}`);
        const isOf = ({ input }: FakeTab, uri: Uri): boolean =>
          input instanceof fake.Text && input.uri.toString() === uri.toString();
        // VS Code reverts an open document when another one replaces it.
        fake.tabs = fake.tabs.filter((tab) => !isOf(tab, to));
        for (const tab of fake.tabs) if (isOf(tab, from)) tab.input = new fake.Text(to);
      }
      return true;
    },
  },
}));

interface Situation {
  /** Real documents; by default a fake that only notes each call. */
  readonly real?: Documents;
  /** The file whose unsaved text no draft can keep. */
  readonly undraftable?: string;
  readonly failure?: Error;
}

/** Follows renames. @returns the actions on drafts and documents, in order. */
function following({ undraftable, failure, real }: Situation = {}): readonly string[] {
  const log: string[] = [];
  const note = (text: string): Promise<void> => {
    log.push(text);
    return Promise.resolve();
  };
  const documents = {
    moved: async (from: string, to: string, unsaved: readonly string[] = []) => {
      await note(["moved", from, to, ...unsaved].join(" "));
      if (failure !== undefined) throw failure;
    },
    forget: (path: string) => void log.push(`forgot ${path}`),
  };
  const keeper = {
    leaveText: async (path: string) => {
      await note(`left ${path}`);
      return path !== undraftable;
    },
    follow: (_from: string, to: string, move: () => Promise<unknown>) => {
      log.push(`followed ${to}`);
      return move();
    },
  };
  const files = { moves: new DocumentMoves() };
  const failures = {
    failure: (what: string, path: string) => void log.push(`could not ${what} ${path}`),
  };
  const away = { moved: (from: string, to: string) => fake.away.push([from, to]) };
  const others = [keeper, away, failures] as never[];
  new Renames((real ?? documents) as never, files as never, ...(others as [never, never, never]));
  return log;
}

const rename = (from: string, to: string): void => {
  const files = [{ oldUri: Uri.file(from), newUri: Uri.file(to) }];
  for (const tell of fake.listeners) tell({ files });
};
const tabOf = (path: string, isDirty = false): FakeTab => {
  return { input: new fake.Text(documentUri(path)), isDirty };
};
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
};

beforeEach(() => {
  Object.assign(fake, {
    tabs: [],
    told: [],
    renamedFiles: [],
    away: [],
    ran: [],
    answer: undefined,
  });
  fake.applying.clear();
});

it("two renames in a row bring the document along", async () => {
  fake.tabs = [tabOf("/w/a.age", true)];
  following();
  rename("/w/a.age", "/w/b.age");
  await new Promise((done) => {
    process.nextTick(done);
  });
  rename("/w/b.age", "/w/c.age");
  await settled();
  expect(fake.tabs).toEqual([tabOf("/w/c.age", true)]);
});

it("tabs that a lock closed are told of", async () => {
  following();
  rename("/w/a.age", "/w/b.age");
  await settled();
  expect(fake.away).toEqual([["/w/a.age", "/w/b.age"]]);
});

it("documents below a renamed folder come along, and others stay", async () => {
  fake.tabs = [tabOf("/w/x/a.age"), tabOf("/w/xy/a.age")];
  following();
  rename("/w/x", "/w/y");
  await settled();
  expect(fake.tabs).toEqual([tabOf("/w/y/a.age"), tabOf("/w/xy/a.age")]);
});

it("the unsaved text of a file that is replaced is in a draft before anything moves", async () => {
  fake.tabs = [tabOf("/w/x/a.age"), tabOf("/w/y/a.age", true)];
  const log = following();
  rename("/w/x/a.age", "/w/y/a.age");
  await settled();
  expect(log).toEqual([
    ...["left /w/y/a.age", "moved /w/x/a.age /w/y/a.age", "followed /w/y/a.age"],
  ]);
  expect(fake.tabs).toEqual([tabOf("/w/y/a.age")]);
  expect(fake.told).toEqual([
    "a.age had unsaved text when another file took its place. Cage keeps that text as a draft.",
  ]);
  expect(fake.ran).toEqual([]);
});

it("Compare Draft shows the unsaved text of a file that was replaced", async () => {
  Object.assign(fake, { tabs: [tabOf("/w/x/a.age"), tabOf("/w/y/a.age", true)] });
  fake.answer = "Compare Draft";
  following();
  rename("/w/x/a.age", "/w/y/a.age");
  await settled();
  expect(fake.ran).toEqual([["cage.compareDraft", "/w/y/a.age"]]);
});

it.each([
  ["clean, and its tab closes", false, "forgot /w/x/a.age", "moved /w/x/a.age /w/y/a.age"],
  ["unsaved, and it stays, too", true, null, "moved /w/x/a.age /w/y/a.age /w/x/a.age"],
])(
  "unsaved text that no draft keeps stays in its editor; the other document is %s",
  async (_, isDirty, forgotten, moved) => {
    const inTheWay = tabOf("/w/y/a.age", true);
    const other = tabOf("/w/x/a.age", isDirty);
    fake.tabs = [other, inTheWay];
    const log = following({ undraftable: "/w/y/a.age" });
    rename("/w/x/a.age", "/w/y/a.age");
    await settled();
    expect(fake.tabs).toEqual([...(isDirty ? [other] : []), inTheWay]);
    expect(log).toEqual(["left /w/y/a.age", ...(forgotten === null ? [] : [forgotten]), moved]);
    expect(fake.told).toHaveLength(1);
    expect(fake.told[0]).toMatch(/^\/w\/y\/a\.age now holds what \/w\/x\/a\.age held, .*no draft/);
    expect(fake.told[0]?.includes("/w/x/a.age stays")).toBe(isDirty);
  },
);

it("a file of which no tab is left brings no version under the unsaved text of another", async () => {
  fake.tabs = [tabOf("/w/y/a.age", true)];
  const log = following();
  rename("/w/x/a.age", "/w/y/a.age");
  await settled();
  expect(log).toEqual(["forgot /w/x/a.age", "moved /w/x/a.age /w/y/a.age"]);
  expect(fake.tabs).toEqual([tabOf("/w/y/a.age", true)]);
});

it("unsaved text that stays where another file comes keeps the version that it is from", async () => {
  const at = await desk();
  const [from, to] = [await at.encrypted("a.age", "new"), await at.encrypted("b.age", "old")];
  let typed: string | null = null;
  const editorText = (path: string): EditorText => (path === to ? typed : null);
  const documents = new Documents(at.context, () => undefined, editorText);
  for (const path of [from, to]) (await documents.read(path, "ask")).fill(0);
  const base = documents.find(to)?.ciphertext;
  typed = "old, typed";
  for (const shown of [[], [tabOf(from)], [tabOf(from, true)]]) {
    fake.tabs = [...shown, tabOf(to, true)];
    following({ real: documents, undraftable: to });
    rename(from, to);
    await settled();
    expect([typeof base, documents.find(to)?.ciphertext]).toEqual(["string", base]);
    (await documents.read(from, "ask")).fill(0);
  }
});

it.each<Applying>(["refuses", "throws"])(
  "where VS Code %s, that document stays and is told of, and the others come along",
  async (applying) => {
    fake.tabs = [tabOf("/w/x/a.age", true), tabOf("/w/x/b.age")];
    fake.applying.set("/w/y/a.age/a", applying);
    const log = following();
    rename("/w/x", "/w/y");
    await settled();
    expect(fake.tabs).toEqual([tabOf("/w/x/a.age", true), tabOf("/w/y/b.age")]);
    expect(log).toContain("moved /w/y/a.age /w/x/a.age");
    expect(log.includes("could not follow /w/x/a.age")).toBe(applying === "throws");
    expect(fake.told).toHaveLength(1);
    expect(fake.told[0]).toMatch(
      /^\/w\/x\/a\.age is \/w\/y\/a\.age now, but its tab did not follow/,
    );
  },
);

it("a failure to take facts along is logged, and tabs and messages follow all the same", async () => {
  fake.tabs = [tabOf("/w/x/a.age"), tabOf("/w/x/b.age"), tabOf("/w/x/c.age")];
  fake.applying.set("/w/y/a.age/a", "refuses");
  const log = following({ failure: new Error("no storage") });
  rename("/w/x", "/w/y");
  rename("/w/y/b.age", "/w/y/b");
  await settled();
  expect(fake.tabs).toEqual([tabOf("/w/x/a.age"), tabOf("/w/y/c.age")]);
  expect(log.filter((line) => line.startsWith("could not"))).toEqual([
    ...["could not follow /w/x", "could not follow /w/x/a.age", "could not follow /w/y/b.age"],
  ]);
  expect(fake.told[1]).toMatch(/^b is still encrypted/);
});

it("Undo Rename gives the file its name back, and says so where it can't", async () => {
  fake.answer = "Undo Rename";
  following();
  for (const applying of ["moves", "refuses"] as const) {
    fake.tabs = [tabOf("/w/a.age")];
    fake.applying.set("/w/a.age", applying);
    rename("/w/a.age", "/w/a");
    await settled();
  }
  expect(fake.renamedFiles).toEqual(["/w/a /w/a.age"]);
  expect(fake.told).toHaveLength(3);
  expect(fake.told[2]).toMatch(/^\/w\/a could not be renamed back to a\.age/);
});

it("a file that loses the name of an encrypted one is told of, and its clean tab closes", async () => {
  fake.tabs = [tabOf("/w/a.yaml.age")];
  following();
  rename("/w/a.yaml.age", "/w/a.yaml");
  await settled();
  expect(fake.tabs).toEqual([]);
  expect(fake.told[0]).toMatch(/^a\.yaml is still encrypted, .*such as a\.yaml\.age\.$/);
});
