import { Uri } from "vscode";
import { describe, expect, it, vi } from "vitest";
import { editorText, unsavedDocuments } from "../../src/vscode/editorTexts";
import { scheme } from "../../src/vscode/uris";

/** The texts and tabs of a window. */
const fake = await vi.hoisted(async () => {
  const { Input } = await import("./fakeTabs");
  return {
    ...{
      Text: class extends Input {},
      Custom: class extends Input {},
      Diff: class extends Input {},
    },
    ...{ tabs: [] as object[], texts: [] as object[], notebooks: [] as object[] },
  };
});

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  ...{ TabInputText: fake.Text, TabInputTextDiff: fake.Diff, TabInputCustom: fake.Custom },
  window: { tabGroups: (await import("./fakeTabs")).fakeTabGroups(fake) },
  workspace: {
    get textDocuments() {
      return fake.texts;
    },
    get notebookDocuments() {
      return fake.notebooks;
    },
  },
}));

const pathOf = (name: string): string => `/w/${name}.age`;
const uriOf = (name: string): Uri => Uri.from({ scheme, path: `${pathOf(name)}/${name}` });
const tab = (label: string, input: unknown, isDirty = false) => ({ label, input, isDirty });

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
