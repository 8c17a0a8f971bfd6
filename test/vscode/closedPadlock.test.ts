import { TabInputCustom, Uri } from "vscode";
import { expect, it, vi } from "vitest";
import type { Keyring } from "../../src/keys/keyring";
import { viewType } from "../../src/vscode/editor/openRedirect";
import { StatusBar } from "../../src/vscode/status/statusBar";

interface Item {
  readonly text: string;
  readonly tooltip: { readonly value: string };
  readonly accessibilityInformation: { readonly label: string };
}

const fake = vi.hoisted(() => ({ item: {}, tab: {} }));

vi.mock("vscode", async (original) => {
  const silent = () => ({ dispose: () => undefined });
  const empty = () =>
    class {
      readonly isNone = true;
    };
  return {
    ...(await original<object>()),
    Disposable: empty(),
    StatusBarAlignment: { Right: 2 },
    MarkdownString: class {
      constructor(readonly value: string) {}
    },
    TabInputText: empty(),
    TabInputNotebook: empty(),
    TabInputTextDiff: empty(),
    TabInputCustom: class {
      constructor(
        readonly uri: object,
        readonly viewType: string,
      ) {}
    },
    workspace: { textDocuments: [], notebookDocuments: [] },
    window: {
      createStatusBarItem: () => Object.assign(fake.item, { show: () => undefined }),
      tabGroups: {
        all: [],
        activeTabGroup: { activeTab: fake.tab },
        onDidChangeTabs: silent,
        onDidChangeTabGroups: silent,
      },
    },
  };
});

/** Makes the status bar entry beside a tab. */
function beside(state: Keyring["state"], type: string): Item {
  Object.assign(fake.tab, { input: new TabInputCustom(Uri.file("/w/a.age"), type) });
  const silent = () => ({ dispose: () => undefined });
  const keyring = { state, onChange: () => () => undefined } as unknown as Keyring;
  const drafts = { stateOf: () => null, onDidChange: silent };
  const backups = { isToldOf: () => false, onDidPublish: silent };
  new StatusBar(
    keyring,
    () => new Date(),
    drafts,
    backups,
    () => null,
  );
  return fake.item as Item;
}

it("beside the page of a file that is not open the padlock is closed, whatever else is open", () => {
  const { text, tooltip, accessibilityInformation } = beside("unlocked", viewType);
  expect(text).toBe("$(lock) Cage");
  expect(tooltip.value).toContain(
    "**a\\.age is not open.**\n\nKeys of other files are in memory until you lock Cage.",
  );
  expect(accessibilityInformation.label).toBe("Cage, a.age is not open, unlocked");
  expect(beside("locked", viewType).text).toBe("$(lock) Cage");
  expect(beside("unlocked", "another").text).toBe("$(unlock) Cage");
});
