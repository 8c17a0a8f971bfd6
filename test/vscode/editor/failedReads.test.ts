import { beforeEach, expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { FailedReads } from "../../../src/vscode/editor/failedReads";
import { documentUri } from "../../../src/vscode/uris";

const fake = vi.hoisted(() => {
  class Input {
    constructor(readonly uri: unknown) {}
  }
  class Other {
    readonly isOther = true;
  }
  return {
    ...{ Text: Input, Other },
    ...{ tabs: [] as object[], texts: [] as object[], told: [] as string[] },
  };
});

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  ...{ TabInputText: fake.Text, TabInputTextDiff: fake.Other, TabInputCustom: fake.Other },
  ...{ TabInputNotebook: fake.Other },
  workspace: {
    get textDocuments() {
      return fake.texts;
    },
  },
  window: {
    tabGroups: (await import("../fakeTabs")).fakeTabGroups(fake),
    showErrorMessage: (text: string) => Promise.resolve(void fake.told.push(text)),
  },
}));

const path = "/w/a.yaml.age";
const locked = new AgeError("locked", "the file is locked", { path });
const tab = (isActive: boolean) => ({
  ...{ input: new fake.Text(documentUri(path)), isActive, isDirty: false },
});

/** Makes the reads of a window. @returns them, and the reason for each takeover. */
function failing() {
  const taken: (Error | null)[] = [];
  const reads = new FailedReads((_tab, _path, error) => {
    taken.push(error);
    return Promise.resolve();
  });
  return { reads, taken };
}

beforeEach(() => {
  Object.assign(fake, { tabs: [], texts: [], told: [] });
});

it("a tab that came back with the window shows why it is empty, and asks nothing", () => {
  fake.tabs = [tab(true)];
  const { reads, taken } = failing();
  reads.add(path, locked);
  expect(taken).toEqual([locked]);
  expect(fake.told).toEqual([]);
});

it("a tab that the user opens again is opened, also if it once came back with the window", () => {
  const first = failing();
  fake.tabs = [tab(true)];
  first.reads.add(path, locked);
  const restored = failing();
  restored.reads.clear(path);
  restored.reads.add(path, locked);
  expect([first.taken, restored.taken]).toEqual([[null], [null]]);
});

it("a text that is there stays, and a message tells of the read that failed, once", () => {
  fake.tabs = [tab(true)];
  fake.texts = [{ uri: documentUri(path) }];
  const { reads, taken } = failing();
  reads.add(path, locked);
  reads.add(path, locked);
  expect(taken).toEqual([]);
  expect(fake.told).toHaveLength(1);
});

it("a tab behind another one is told of, and a read without a tab is not", () => {
  const { reads, taken } = failing();
  reads.add(path, locked);
  expect(fake.told).toEqual([]);
  fake.tabs = [tab(false)];
  reads.add(path, locked);
  expect(taken).toEqual([]);
  expect(fake.told[0]).toMatch(/^a\.yaml\.age is not open\./);
});
