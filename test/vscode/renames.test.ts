import { beforeEach, expect, it, vi } from "vitest";
import { Uri } from "vscode";
import { DocumentMoves } from "../../src/vscode/documentMoves";
import { Renames } from "../../src/vscode/renames";
import { documentUri } from "../../src/vscode/uris";

interface FakeTab {
  input: unknown;
  readonly isDirty: boolean;
}

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
    listeners: [] as Listener[],
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
  window: {
    tabGroups: {
      get all() {
        return [{ tabs: fake.tabs }];
      },
      close: (closed: readonly FakeTab[]) => {
        fake.tabs = fake.tabs.filter((tab) => !closed.includes(tab));
        return Promise.resolve(true);
      },
    },
    showWarningMessage: (text: string) => Promise.resolve(void fake.told.push(text)),
  },
  workspace: {
    ...{ textDocuments: [], notebookDocuments: [] },
    onDidRenameFiles: (listener: Listener) => {
      fake.listeners = [listener];
      return { dispose: () => undefined };
    },
    applyEdit: async ({ renamed }: { readonly renamed: readonly (readonly [Uri, Uri])[] }) => {
      // VS Code takes a while, in which another rename may come.
      await new Promise(setImmediate);
      for (const [from, to] of renamed) {
        for (const tab of fake.tabs) {
          const { input } = tab;
          const isOf = input instanceof fake.Text && input.uri.toString() === from.toString();
          if (isOf) tab.input = new fake.Text(to);
        }
      }
      return true;
    },
  },
}));

/** Follows renames. @returns what was done with drafts and documents, in order. */
function following(): readonly string[] {
  const log: string[] = [];
  const note = (text: string): Promise<void> => {
    log.push(text);
    return Promise.resolve();
  };
  const documents = { moved: (from: string) => note(`moved ${from}`) };
  const keeper = {
    setAside: (paths: readonly string[]) => note(`aside ${paths.join()}`),
    leave: (path: string) => note(`left ${path}`),
    follow: (_from: string, to: string, move: () => Promise<unknown>) => {
      log.push(`followed ${to}`);
      return move();
    },
  };
  const files = { moves: new DocumentMoves() };
  new Renames(documents as never, files as never, keeper as never);
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
  Object.assign(fake, { tabs: [], told: [] });
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
    ...["aside /w/y/a.age", "left /w/y/a.age", "moved /w/x/a.age", "followed /w/y/a.age"],
  ]);
});

it("a file that loses the name of an encrypted one is told of, and its clean tab closes", async () => {
  fake.tabs = [tabOf("/w/a.yaml.age")];
  following();
  rename("/w/a.yaml.age", "/w/a.yaml");
  await settled();
  expect(fake.tabs).toEqual([]);
  expect(fake.told[0]).toMatch(/^a\.yaml is still encrypted, .*such as a\.yaml\.age\.$/);
});
