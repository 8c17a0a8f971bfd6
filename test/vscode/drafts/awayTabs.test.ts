import { rename } from "node:fs/promises";
import { dirname } from "node:path";
import { beforeEach, expect, it, vi } from "vitest";
import { AwayTabs } from "../../../src/vscode/drafts/awayTabs";
import type { Log } from "../../../src/vscode/log";
import type { DocumentOpener } from "../../../src/vscode/editor/documentOpener";
import { documentUri } from "../../../src/vscode/uris";
import { bob, desk } from "../../documents/kit";

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
  const { context, encrypted, identityFiles, put } = await desk();
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
  } as unknown as DocumentOpener;
  const hasDraft = (path: string) => Promise.resolve(drafts.includes(path));
  const tabs = new AwayTabs(context, opener, hasDraft, {} as unknown as Log);
  const lock = (unsaved: readonly string[], unasked: readonly string[] = []): void => {
    tabs.stop(unasked.length === 0 ? "by the user" : "idle");
    for (const path of unasked) tabs.add(path, "in any case");
    for (const path of unsaved) tabs.add(path);
    fake.tabs = [];
    opened.length = 0;
  };
  const back = async (): Promise<unknown> => {
    await tabs.bringBack(paths[0]);
    return opened.splice(0).map((one) => (one as { readonly path: string }).path);
  };
  return { tabs, paths, opened, show, lock, back, encrypted, identityFiles, put };
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

it("clean tabs come back after a lock that nobody asked for, until the user locks himself", async () => {
  const { paths, lock, back } = await away([]);
  lock([], paths);
  expect(await back()).toEqual([paths[1]]);
  // A draft that went elsewhere meanwhile, or that the user discarded.
  lock(paths, paths);
  expect(await back()).toEqual([paths[1]]);
  lock([], paths);
  lock([]);
  expect(await back()).toEqual([]);
});

it("unsaved text comes back after both, also where its tab was not looked at meanwhile", async () => {
  const drafts: string[] = [];
  const { paths, lock, back } = await away(drafts);
  drafts.push(...paths);
  lock(paths, paths);
  expect(await back()).toEqual([paths[1]]);
  lock([], paths);
  lock([]);
  expect(await back()).toEqual([paths[1]]);
});

it("a tab that came back for its draft and was saved comes back as others do", async () => {
  const drafts: string[] = [];
  const { paths, lock, back } = await away(drafts);
  drafts.push(...paths);
  lock(paths);
  expect(await back()).toEqual([paths[1]]);
  drafts.length = 0;
  lock([], paths);
  expect(await back()).toEqual([paths[1]]);
});

it("the tab of a file that is gone does not come back, not even with another file of its name", async () => {
  const { paths, lock, back } = await away([]);
  lock([], paths);
  await rename(paths[1], `${paths[1]}.old.age`);
  expect(await back()).toEqual([]);
  await rename(`${paths[1]}.old.age`, paths[1]);
  expect(await back()).toEqual([]);
});

it("tabs follow a rename, of a folder too, also those that have come back", async () => {
  const drafts: string[] = [];
  const { tabs, paths, lock, show, back } = await away(drafts);
  const moved = `${paths[1]}.b.age`;
  lock([], paths);
  await rename(paths[1], moved);
  tabs.moved(paths[1], moved);
  expect(await back()).toEqual([moved]);
  drafts.push(paths[1]);
  fake.tabs = [];
  await rename(moved, paths[1]);
  tabs.moved(dirname(moved), "/elsewhere");
  tabs.moved("/elsewhere", dirname(moved));
  tabs.moved(moved, paths[1]);
  show(paths[1]);
  lock([]);
  expect(await back()).toEqual([paths[1]]);
});

it("clean tabs of an earlier lock come back also after another one that nobody asked for", async () => {
  const { tabs, paths, lock, back } = await away([]);
  lock([], paths);
  tabs.stop("idle");
  expect(await back()).toEqual([paths[1]]);
});

it("tabs come back once, though the user opens two files at the same time", async () => {
  const { tabs, paths, opened, lock } = await away([]);
  lock([], paths);
  await Promise.all([tabs.bringBack(paths[0]), tabs.bringBack(paths[0])]);
  expect(opened).toHaveLength(1);
});

it("a lock meanwhile ends it: the tabs wait until the user unlocks again", async () => {
  const drafts: string[] = [];
  const { tabs, paths, opened, lock } = await away(drafts);
  lock(paths);
  let asked = 0;
  drafts.includes = () => {
    if (asked++ === 0) tabs.stop("idle");
    return true;
  };
  await tabs.bringBack("/w/other.age");
  expect([asked, opened]).toEqual([1, [expect.objectContaining({ path: paths[0] })]]);
  await tabs.bringBack("/w/other.age");
  expect(opened.slice(1)).toEqual([expect.objectContaining({ path: paths[1] })]);
});

it("a file whose key is not at hand waits, and nothing is asked", async () => {
  const { paths, lock, back, encrypted, identityFiles, put } = await away([]);
  await encrypted("b.age", "b", bob);
  lock([], paths);
  expect(await back()).toEqual([]);
  identityFiles.push(await put("bob.txt", bob.encode()));
  expect(await back()).toEqual([paths[1]]);
});
