import { commands, TabInputText, Uri, type Memento } from "vscode";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { localDisk } from "../../../src/documents/disk/localDisk";
import { viewType } from "../../../src/vscode/editor/openRedirect";
import { RawTabs } from "../../../src/vscode/editor/rawTabs";
import { setEncryptedNames } from "../../../src/documents/disk/encryptedNames";
import { desk } from "../../documents/kit";
import { held, tell } from "../fakeWorkspace";

vi.mock("vscode", () => import("../fakeWindow"));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
  setEncryptedNames([]);
});

const group = { viewColumn: 2, isActive: false };
const tabOf = (path: string, facts: object = {}) => ({
  ...{ input: new TabInputText(Uri.file(path)), isDirty: false, isActive: true },
  ...{ isPreview: true, group, ...facts },
});

/** A window whose raw tabs are replaced. */
function replacing(disk = localDisk) {
  const failures: string[] = [];
  const state = { get: (_: string, usual: unknown) => usual, update: () => Promise.resolve() };
  const log = { failure: (_: string, path: string) => failures.push(path) };
  const tabs = new RawTabs(disk, state as unknown as Memento, log as never);
  return { tabs, failures };
}

/** The files that were opened in Cage's editor. */
const opened = () =>
  held.ran.flatMap(([id, uri, editor]) =>
    id === "vscode.openWith" && editor === viewType ? [(uri as Uri).fsPath] : [],
  );

it("a tab in front that shows an encrypted file as text is replaced where it is", async () => {
  const { tabs } = replacing();
  held.tabs = [
    tabOf("/w/a.age"),
    tabOf("/w/behind.age", { isActive: false }),
    tabOf("/w/dirty.age", { isDirty: true }),
    tabOf("/w/plain.txt"),
    { ...tabOf("/w/x.age"), input: { uri: Uri.file("/w/x.age") } },
    { ...tabOf("/w/git.age"), input: new TabInputText(Uri.parse("git:/w/git.age")) },
  ];
  await tabs.start();
  expect(new Set(opened())).toEqual(new Set(["/w/a.age"]));
  const placement = { viewColumn: 2, preview: true, preserveFocus: true };
  const open = ["vscode.openWith", Uri.file("/w/a.age"), viewType, placement];
  expect(held.ran).toContainEqual(open);
  tabs.dispose();
});

it("a tab behind is replaced once it comes to the front, one that is being replaced not twice", async () => {
  const { tabs } = replacing();
  held.commands.set("vscode.openWith", () => new Promise(() => undefined));
  held.tabs = [tabOf("/w/a.age", { isActive: false })];
  tabs.replaceShown();
  expect(opened()).toEqual([]);
  held.tabs = [tabOf("/w/a.age")];
  tell("onDidChangeTabs", { opened: [] });
  tell("onDidChangeTabs", { opened: [] });
  await vi.waitFor(() => {
    expect(opened()).toEqual(["/w/a.age"]);
  });
  expect(held.tabs).toHaveLength(1);
  held.tabs = [tabOf("/w/a.age", { isActive: false, isDirty: true })];
  tell("onDidChangeTabs", { opened: [] });
  expect(held.tabs).toHaveLength(1);
  // Its own tab goes once the document stands in front of it.
  held.tabs = [tabOf("/w/a.age", { isActive: false }), tabOf("/w/b.txt")];
  tell("onDidChangeTabs", { opened: [] });
  expect(held.tabs).toHaveLength(1);
  tabs.dispose();
});

it("a tab that was replaced is replaced again when it comes back, and no other one goes", async () => {
  const { tabs } = replacing();
  held.tabs = [tabOf("/w/a.age")];
  for (const times of [1, 2]) {
    tabs.replaceShown();
    await vi.waitFor(() => {
      expect(opened()).toHaveLength(times);
    });
    await Promise.resolve();
  }
  held.tabs = [tabOf("/w/a.age", { isActive: false })];
  tell("onDidChangeTabs", { opened: [] });
  expect(held.tabs).toHaveLength(1);
  tabs.dispose();
});

it("a tab that the user chose stays: by Open Raw, or once VS Code knows Cage's editor", async () => {
  const { tabs } = replacing();
  tabs.choose(Uri.file("/w/a.age"));
  held.tabs = [tabOf("/w/a.age")];
  await tabs.start();
  expect(opened()).toEqual([]);
  const late = tabOf("/w/b.age");
  held.tabs = [late];
  vi.advanceTimersByTime(1999);
  tell("onDidChangeTabs", { opened: [late] });
  expect(opened()).toEqual(["/w/b.age"]);
  vi.advanceTimersByTime(1);
  const later = tabOf("/w/c.age");
  held.tabs = [later];
  tell("onDidChangeTabs", { opened: [later] });
  expect(opened()).toEqual(["/w/b.age"]);
  tabs.dispose();
});

it.each([
  [{ "*.age": "default" }, false],
  [{ "**/a.{txt,age}": "default" }, false],
  [{ "/w/*.age": "default" }, false],
  [{ "*.txt": "default" }, true],
  [{ "*.age": viewType }, true],
])("a tab stays where the user's settings name another editor: %j", async (names, isReplaced) => {
  held.settings.user["workbench.editorAssociations"] = names;
  const { tabs } = replacing();
  held.tabs = [tabOf("/w/a.age")];
  tabs.replaceShown();
  await Promise.resolve();
  expect(opened().length > 0).toBe(isReplaced);
  tabs.dispose();
});

it("of names that the settings add, only files of age are replaced, and a failure is logged", async () => {
  const at = await desk();
  setEncryptedNames(["*.sec"]);
  const [age, plain] = [await at.encrypted("a.sec", "text"), await at.put("b.sec", "plain")];
  const { tabs } = replacing();
  await tabs.start();
  vi.advanceTimersByTime(2000);
  // VS Code never learns of Cage's editor for these names: the user did not choose this one.
  held.tabs = [tabOf(age), tabOf(plain)];
  tell("onDidChangeTabs", { opened: held.tabs });
  await vi.waitFor(() => {
    expect(opened()).toEqual([age]);
  });
  tabs.dispose();
  held.commands.set("vscode.openWith", () => Promise.reject(new AgeError("not-found", "no")));
  const failing = replacing();
  failing.tabs.replaceShown();
  await vi.waitFor(() => {
    expect(failing.failures).toEqual([age]);
  });
  await commands.executeCommand("nothing");
  failing.tabs.dispose();
});
