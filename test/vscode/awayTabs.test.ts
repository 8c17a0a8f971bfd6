import { beforeEach, expect, it, vi } from "vitest";
import { AwayTabs } from "../../src/vscode/drafts/awayTabs";
import type { Log } from "../../src/vscode/log";
import type { Opener } from "../../src/vscode/opener";
import { documentUri } from "../../src/vscode/uris";
import { desk } from "../documents/kit";

const fake = vi.hoisted(() => ({ tabs: [] as object[] }));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  ViewColumn: { Active: -1 },
  window: {
    tabGroups: {
      get all() {
        return [{ tabs: fake.tabs }];
      },
    },
  },
}));

async function away(drafts: string[]) {
  const { context, encrypted } = await desk();
  const paths = [await encrypted("a.age", "a"), await encrypted("b.age", "b")] as const;
  const opened: object[] = [];
  const show = (path: string): void => {
    const tab = { input: { uri: documentUri(path) }, group: { viewColumn: 2 } };
    fake.tabs.push(tab);
  };
  const opener = {
    open: (path: string, placement: object) => {
      opened.push({ path, ...placement });
      show(path);
      return Promise.resolve();
    },
  } as unknown as Opener;
  const hasDraft = (path: string) => Promise.resolve(drafts.includes(path));
  const tabs = new AwayTabs(context, opener, hasDraft, {} as unknown as Log);
  const lock = (unsaved: readonly string[]): void => {
    tabs.stop();
    for (const path of unsaved) tabs.add(path);
    fake.tabs = [];
    opened.length = 0;
  };
  return { tabs, paths, opened, show, lock };
}

beforeEach(() => {
  fake.tabs = [];
});

it("tabs come back in the background, in their column, and again after a lock that comes before they are shown", async () => {
  const drafts: string[] = [];
  const { tabs, paths, opened, show, lock } = await away(drafts);
  drafts.push(...paths);
  for (const path of paths) show(path);
  lock(paths);
  for (const unsaved of [[paths[0]], []]) {
    await tabs.bringBack(paths[0]);
    const placement = { viewColumn: 2, preview: false, preserveFocus: true, background: true };
    expect(opened).toEqual([{ path: paths[1], ...placement }]);
    lock(unsaved);
  }
});

it("a tab that has come back stays closed once it was closed, or has no draft any more", async () => {
  const drafts: string[] = [];
  const { tabs, paths, opened, lock } = await away(drafts);
  drafts.push(...paths);
  lock(paths);
  await tabs.bringBack(paths[0]);
  expect(opened).toHaveLength(1);
  drafts.length = 0;
  lock([]);
  await tabs.bringBack(paths[0]);
  expect(opened).toEqual([]);

  drafts.push(paths[1]);
  lock([paths[1]]);
  await tabs.bringBack(paths[0]);
  expect(opened).toHaveLength(1);
  fake.tabs = [];
  lock([]);
  await tabs.bringBack(paths[0]);
  expect(opened).toEqual([]);
});
