import { beforeEach, describe, expect, it, vi } from "vitest";
import { Uri } from "vscode";
import { revertEditor } from "../../../src/vscode/editor/revertEditor";
import { scheme } from "../../../src/vscode/uris";

/** A window in which commands change the editor in front. */
const fake = await vi.hoisted(async () => {
  const { Input } = await import("../fakeTabs");
  return {
    Text: class extends Input {},
    Custom: class extends Input {},
    Notebook: class extends Input {},
    tabs: [] as object[],
    active: undefined as object | undefined,
    commands: [] as unknown[],
    /** The tab that comes to the front when an editor opens. */
    opened: undefined as object | undefined,
    /** The tab that comes to the front when the next editor opens. */
    openedNext: undefined as object | undefined,
  };
});

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  ...{ TabInputText: fake.Text, TabInputCustom: fake.Custom, TabInputNotebook: fake.Notebook },
  commands: {
    executeCommand: (command: string, uri?: Uri, editor?: string) => {
      fake.commands.push(uri === undefined ? command : [command, String(uri), editor]);
      if (command === "vscode.openWith") {
        fake.active = fake.opened;
        fake.opened = fake.openedNext;
      }
      return Promise.resolve();
    },
  },
  window: {
    tabGroups: {
      get all() {
        return [{ tabs: fake.tabs }];
      },
      get activeTabGroup() {
        return { activeTab: fake.active };
      },
    },
  },
}));

const uri = Uri.from({ scheme, path: "/w/a.age/a" });
const other = { input: new fake.Text({ uri: Uri.file("/w/b") }), isDirty: true, group: {} };
const tab = (input: object, isDirty = true) => ({ input, isDirty, group: { viewColumn: 2 } });
const revert = "workbench.action.files.revert";

beforeEach(() => {
  Object.assign(fake, { tabs: [other], active: other, commands: [], opened: undefined });
  fake.openedNext = undefined;
});

describe("an editor whose unsaved text is given up", () => {
  it.each<[string, object, string]>([
    ["a text", new fake.Text({ uri }), "default"],
    ["a custom editor", new fake.Custom({ uri, viewType: "x.custom" }), "x.custom"],
    ["a notebook", new fake.Notebook({ uri, notebookType: "x-notebook" }), "x-notebook"],
  ])("comes to the front and is reverted: %s", async (_, input, editor) => {
    fake.opened = tab(input);
    fake.tabs = [tab(input, false), other, fake.opened];
    expect(await revertEditor(uri)).toBe(true);
    expect(fake.commands).toEqual([["vscode.openWith", String(uri), editor], revert]);
  });

  it("is not reverted where another one is in front, which would lose its text", async () => {
    fake.tabs = [other, tab(new fake.Text({ uri }))];
    fake.opened = other;
    expect(await revertEditor(uri)).toBe(false);
    expect(fake.commands).not.toContain(revert);
  });

  it("waits for another one that is given up at the same time: each takes the front", async () => {
    const second = Uri.from({ scheme, path: "/w/c.age/c" });
    fake.tabs = [tab(new fake.Text({ uri })), tab(new fake.Text({ uri: second }))];
    [fake.opened, fake.openedNext] = fake.tabs;
    expect(await Promise.all([revertEditor(uri), revertEditor(second)])).toEqual([true, true]);
    expect(fake.commands).toEqual([
      ...[["vscode.openWith", String(uri), "default"], revert],
      ...[["vscode.openWith", String(second), "default"], revert],
    ]);
  });

  it("is left alone where nothing is unsaved", async () => {
    fake.tabs = [other, tab(new fake.Text({ uri }), false)];
    expect(await revertEditor(uri)).toBe(true);
    expect(fake.commands).toEqual([]);
  });
});
