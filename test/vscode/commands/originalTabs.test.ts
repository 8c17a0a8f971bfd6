import { beforeEach, expect, it, vi } from "vitest";
import { Uri } from "vscode";
import { AgeError } from "../../../src/age/errors";
import { replaceOriginalTabs } from "../../../src/vscode/commands/originalTabs";
import type { LockWatch } from "../../../src/keys/lockWatch";
import type { DocumentOpener, ShowOptions } from "../../../src/vscode/editor/documentOpener";

interface FakeTab {
  readonly input: unknown;
  readonly isDirty: boolean;
  readonly isActive: boolean;
  readonly isPreview: boolean;
  readonly group: { readonly viewColumn: number; readonly isActive: boolean };
}

const fake = vi.hoisted(() => {
  class Input {
    readonly isInput = true;
    constructor(readonly uri: unknown) {}
  }
  return { Text: Input, tabs: [] as FakeTab[] };
});

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  window: {
    tabGroups: (await import("../fakeTabs")).fakeTabGroups(fake),
  },
}));

const tabOf = (path: string, options: Partial<FakeTab> = {}): FakeTab => ({
  ...{ input: new fake.Text(Uri.file(path)), isDirty: false, isActive: true, isPreview: false },
  ...{ group: { viewColumn: 2, isActive: true }, ...options },
});

const opened: (readonly [string, ShowOptions])[] = [];

/** Makes a watch that has seen a lock after this many questions. */
function lockAfter(questions: number): LockWatch {
  let asked = 0;
  return { wasLocked: () => asked++ >= questions } as unknown as LockWatch;
}

function openerThat(fails: Error | null): DocumentOpener {
  const open = (path: string, placement: ShowOptions): Promise<void> => {
    opened.push([path, placement]);
    return fails === null ? Promise.resolve() : Promise.reject(fails);
  };
  return { open } as unknown as DocumentOpener;
}

beforeEach(() => {
  opened.length = 0;
});

it("an original that is gone leaves no tab that could write it again", async () => {
  const other = tabOf("/w/b.txt");
  const dirty = tabOf("/w/a.txt", { isDirty: true });
  const behind = tabOf("/w/a.txt", { isActive: false, isPreview: true });
  const before = { original: Uri.from({ scheme: "git", path: "/w/a.txt" }) };
  const diff = tabOf("", { input: { ...before, modified: Uri.file("/w/a.txt") } });
  fake.tabs = [tabOf("/w/a.txt"), other, behind, dirty, diff];
  await replaceOriginalTabs("/w/a.txt", "/w/a.txt.age", openerThat(null), lockAfter(9));
  const placement = { viewColumn: 2, preview: false, preserveFocus: false, background: false };
  expect(opened).toEqual([
    ["/w/a.txt.age", placement],
    ["/w/a.txt.age", { ...placement, preview: true, background: true }],
    ["/w/a.txt.age", placement],
  ]);
  expect(fake.tabs).toEqual([other, dirty]);
});

it("its tabs go also if the encrypted file does not open", async () => {
  fake.tabs = [tabOf("/w/a.txt")];
  const failing = openerThat(new AgeError("locked", "the file is locked"));
  await replaceOriginalTabs("/w/a.txt", "/w/a.txt.age", failing, lockAfter(9));
  expect(fake.tabs).toEqual([]);
});

it("after a lock nothing opens in the place of its tabs, which would unlock Cage", async () => {
  fake.tabs = [tabOf("/w/a.txt"), tabOf("/w/a.txt")];
  await replaceOriginalTabs("/w/a.txt", "/w/a.txt.age", openerThat(null), lockAfter(1));
  expect(opened).toHaveLength(1);
  expect(fake.tabs).toEqual([]);
});
