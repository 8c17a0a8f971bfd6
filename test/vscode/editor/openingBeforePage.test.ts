import { TabInputCustom, Uri } from "vscode";
import { beforeEach, expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import type { Log } from "../../../src/vscode/log";
import type { DocumentOpener } from "../../../src/vscode/editor/documentOpener";
import { OpenRedirect, viewType } from "../../../src/vscode/editor/openRedirect";
import { held } from "../fakeWorkspace";

vi.mock("vscode", () => import("../fakeWindow"));

const fileUri = Uri.file("/w/a.age");

/** Puts the tab of a file in front of its group, or behind. */
function showTab({ isActive = true, isPreview = true, viewColumn = 1 } = {}) {
  const group = { viewColumn, isActive: true };
  const tab = { input: new TabInputCustom(fileUri, viewType), isActive, isPreview, group };
  held.tabs = [tab];
  return tab;
}

beforeEach(() => {
  held.tabs = [];
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

/** Makes a redirect whose opener notes each attempt, with its place, and answers by `answer`. */
function watchedRedirect(answer: () => Promise<void> = () => Promise.resolve()) {
  const places: (object | null)[] = [];
  const failures: unknown[] = [];
  const open = async (_: string, place: () => object | null) => {
    await answer();
    places.push(place());
  };
  const log = { failure: (_: string, __: string, error: unknown) => failures.push(error) };
  const redirect = new OpenRedirect(
    { open } as unknown as DocumentOpener,
    log as unknown as Log,
    () => undefined,
  );
  return { redirect, places, failures };
}

/** Makes a page that was not closed. */
function livePanel() {
  const webview = { html: "", onDidReceiveMessage: () => undefined };
  return { webview, viewColumn: 1, active: true, onDidDispose: () => undefined };
}

it("a file opens before it has a page, at its tab's place, and only once", async () => {
  let isOpen = false;
  const { redirect, places } = watchedRedirect(async () => {
    await new Promise(setImmediate);
    isOpen = true;
  });
  showTab();
  const file = await redirect.openCustomDocument(fileUri);
  expect(isOpen).toBe(true);
  expect(places).toEqual([
    { viewColumn: 1, preview: true, preserveFocus: true, background: false },
  ]);
  held.tabs = [];
  const panel = livePanel();
  await redirect.resolveCustomEditor(file, panel as never);
  expect([places.length, panel.webview.html]).toEqual([1, ""]);
});

it.each([
  [
    "pinned",
    () => showTab({ isPreview: false }),
    { viewColumn: 1, preview: false, preserveFocus: false, background: false },
  ],
  [
    "left",
    () => showTab({ isActive: false, isPreview: false }),
    { viewColumn: 1, preview: false, preserveFocus: true, background: true },
  ],
  [
    "moved",
    () => showTab({ viewColumn: 2 }),
    { viewColumn: 2, preview: true, preserveFocus: true, background: false },
  ],
  ["closed", () => (held.tabs = []), null],
])("a tab that is %s meanwhile decides where its document shows", async (_, act, place) => {
  const { redirect, places } = watchedRedirect(() => Promise.resolve(void act()));
  showTab();
  await redirect.openCustomDocument(fileUri);
  expect(places).toEqual([place]);
  expect(held.tabs).toEqual([]);
});

it("a diff's side in another column says that it is encrypted, whatever became of the tab", async () => {
  const { redirect } = watchedRedirect();
  showTab();
  const file = await redirect.openCustomDocument(fileUri);
  const side = { ...livePanel(), viewColumn: 2 };
  await redirect.resolveCustomEditor(file, side as never);
  expect(side.webview.html).toContain("a.age is encrypted.");
});

it("a file that takes long gets its page after a tenth of a second", async () => {
  const { redirect } = watchedRedirect(() => new Promise(() => undefined));
  showTab();
  let isMade = false;
  void redirect.openCustomDocument(fileUri).then(() => (isMade = true));
  await vi.advanceTimersByTimeAsync(99);
  expect(isMade).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(isMade).toBe(true);
});

it("a page of a file that has one already opens the file anew", async () => {
  const { redirect, places } = watchedRedirect();
  showTab();
  const file = await redirect.openCustomDocument(fileUri);
  await redirect.resolveCustomEditor(file, livePanel() as never);
  showTab();
  await redirect.resolveCustomEditor(file, livePanel() as never);
  expect(places).toHaveLength(2);
});

it("a file whose tab is behind another does not open, since a diff may have asked for it", async () => {
  const { redirect, places } = watchedRedirect();
  showTab({ isActive: false });
  (await redirect.openCustomDocument(fileUri)).dispose();
  await new Promise(setImmediate);
  expect(places).toEqual([]);
});

it("a file that failed before it had a page is noted once, and its page says so, if it comes", async () => {
  const full = new AgeError("disk-full", "the disk is full");
  const { redirect, failures } = watchedRedirect(() => Promise.reject(full));
  showTab();
  const file = await redirect.openCustomDocument(fileUri);
  expect(failures).toEqual([full]);
  const panel = livePanel();
  await redirect.resolveCustomEditor(file, panel as never);
  expect(panel.webview.html).toContain("a.age is not open.");
  file.dispose();
  expect(failures).toEqual([full]);
});
