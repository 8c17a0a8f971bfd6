import { beforeEach, expect, it, vi } from "vitest";
import { Uri } from "vscode";
import { Deletions } from "../../../src/vscode/explorer/deletions";
import { documentUri } from "../../../src/vscode/uris";

interface FakeTab {
  readonly input: { readonly uri: Uri };
  readonly isDirty: boolean;
}

const fake = vi.hoisted(() => ({
  tabs: [] as FakeTab[],
  delete: null as ((event: { readonly files: readonly Uri[] }) => void) | null,
}));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  workspace: {
    onDidDeleteFiles: (listener: typeof fake.delete) => {
      fake.delete = listener;
      return { dispose: () => undefined };
    },
  },
  window: {
    tabGroups: (await import("../fakeTabs")).fakeTabGroups(fake),
  },
}));

const tab = (uri: Uri, isDirty = false): FakeTab => ({ input: { uri }, isDirty });
const of = (path: string, isDirty = false): FakeTab => tab(documentUri(path), isDirty);

/** Opens tabs and deletes files in the Explorer. @returns the tabs that are left. */
function left(tabs: readonly FakeTab[], ...deleted: readonly Uri[]): readonly FakeTab[] {
  fake.tabs = [...tabs];
  fake.delete?.({ files: deleted });
  return fake.tabs;
}

beforeEach(() => {
  new Deletions();
});

it("the tabs of a deleted file close, and no others", () => {
  const [gone, other, like] = [of("/w/a.age"), of("/w/b.age"), of("/w/a.age.age")];
  const plain = tab(Uri.file("/w/a.age"));
  expect(left([gone, other, like, plain], Uri.file("/w/a.age"))).toEqual([other, like, plain]);
});

it("so do those of the files below a deleted folder, and a text that is unsaved stays", () => {
  const [gone, other, unsaved] = [of("/w/d/e/a.age"), of("/w/de/a.age"), of("/w/d/b.age", true)];
  expect(left([gone, other, unsaved], Uri.file("/w/d"))).toEqual([other, unsaved]);
});

it("what is deleted elsewhere than on the disk closes nothing", () => {
  const tabs = [of("/w/a.age")];
  expect(left(tabs, Uri.from({ scheme: "vscode-vfs", path: "/w/a.age" }))).toEqual(tabs);
});
