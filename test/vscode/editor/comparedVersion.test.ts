import { Uri } from "vscode";
import { beforeEach, expect, it, vi } from "vitest";
import type { SoundVersion } from "../../../src/documents/versions/keptVersions";
import { ComparedVersion } from "../../../src/vscode/editor/comparedVersion";
import { comparisonUri } from "../../../src/vscode/editor/diskComparison";
import { documentUri } from "../../../src/vscode/uris";

/** A window whose tabs can close. */
const fake = vi.hoisted(() => ({
  tabs: [] as object[],
  changed: [] as ((event: object) => void)[],
  /** The documents whose titles show the button. */
  offered: [] as readonly string[],
}));

vi.mock("vscode", async (original) => {
  class TabInputTextDiff {
    constructor(
      readonly original: Uri,
      readonly modified: Uri,
    ) {}
  }
  class Other {
    readonly isOther = true;
  }
  return {
    ...(await original<object>()),
    ...{ TabInputTextDiff, TabInputText: Other, EventEmitter: Other },
    commands: {
      executeCommand: (_command: string, _key: string, value: readonly string[]) => {
        fake.offered = value;
        return Promise.resolve();
      },
    },
    window: {
      tabGroups: {
        get all() {
          return [{ tabs: fake.tabs }];
        },
        onDidChangeTabs: (listener: (event: object) => void) => {
          fake.changed.push(listener);
          return { dispose: () => undefined };
        },
      },
    },
  };
});

const path = "/w/a.age";
const version = { path: "/versions/1" } as SoundVersion;

beforeEach(() => {
  Object.assign(fake, { tabs: [], changed: [], offered: [] });
});

/** Makes a tab that compares the document with something else. */
async function tabOf(other: Uri): Promise<object> {
  const { TabInputTextDiff } = await import("vscode");
  return { input: new TabInputTextDiff(other, documentUri(path)) };
}

function close(closed: object): void {
  fake.tabs = fake.tabs.filter((tab) => tab !== closed);
  for (const listener of fake.changed) listener({ closed: [closed] });
}

it("is offered until its comparison closes, so that no other one of the file has its button", async () => {
  const compared = new ComparedVersion();
  const [comparison, another] = [
    await tabOf(comparisonUri(version.path)),
    await tabOf(comparisonUri(path)),
  ];
  // The comparison with the draft stays open until the end.
  fake.tabs = [comparison, another, await tabOf(comparisonUri(path))];
  await compared.show({ path, version });
  expect(compared.shown).toEqual({ path, version });
  expect(fake.offered).toEqual([documentUri(path), comparisonUri(version.path)].map(String));
  close(another);
  expect(fake.offered).toHaveLength(2);
  close(comparison);
  expect([compared.shown, fake.offered]).toEqual([null, []]);
});

it("is offered while another tab shows the comparison", async () => {
  const compared = new ComparedVersion();
  const tabs = [
    await tabOf(comparisonUri(version.path)),
    await tabOf(comparisonUri(version.path)),
  ] as const;
  fake.tabs = [...tabs];
  await compared.show({ path, version });
  close(tabs[0]);
  expect(fake.offered).toHaveLength(2);
});
