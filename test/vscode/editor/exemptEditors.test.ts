import { TabInputText, TabInputTextDiff, Uri, type Memento } from "vscode";
import { expect, it, vi } from "vitest";
import { ExemptEditors } from "../../../src/vscode/editor/exemptEditors";
import { held, tell } from "../fakeWorkspace";

vi.mock("vscode", () => import("../fakeWindow"));

const [a, b] = [Uri.file("/w/a.age"), Uri.file("/w/b.age")];

/** The state of a window. */
function memento(entries: Record<string, unknown> = {}) {
  const updates: unknown[] = [];
  const state = {
    get: (key: string, usual: unknown) => entries[key] ?? usual,
    update: (key: string, value: unknown) => {
      updates.push(value);
      entries[key] = value;
      return Promise.resolve();
    },
  };
  return { state: state as unknown as Memento, updates };
}

const tabOf = (input: unknown) => ({ input });

it("editors are exempt until the last of them is closed, also in a window that was restored", () => {
  const { state, updates } = memento();
  const exempt = new ExemptEditors(state, "key");
  exempt.add(a);
  exempt.add(b);
  expect([exempt.has(a), exempt.has(b), exempt.has(Uri.file("/w/c"))]).toEqual([true, true, false]);
  expect(new ExemptEditors(state, "key").has(b)).toBe(true);
  held.tabs = [tabOf(new TabInputText(b)), tabOf(new TabInputTextDiff(b, a))];
  tell("onDidChangeTabs", { closed: [tabOf(new TabInputText(a))] });
  expect([exempt.has(a), exempt.has(b)]).toEqual([true, true]);
  held.tabs = [tabOf(new TabInputText(b))];
  tell("onDidChangeTabs", { closed: [] });
  expect(exempt.has(a)).toBe(true);
  const before = updates.length;
  tell("onDidChangeTabs", { closed: [tabOf(new TabInputText(a))] });
  expect([exempt.has(a), exempt.has(b)]).toEqual([false, true]);
  expect(updates.at(-1)).toEqual([b.toString()]);
  // Two windows' worth of objects hear the event here; neither writes what has not changed.
  const after = updates.length;
  tell("onDidChangeTabs", { closed: [tabOf(new TabInputText(a))] });
  expect([after > before, updates.length]).toEqual([true, after]);
});

it("which tabs are editors of a file can be another rule", () => {
  const { state } = memento({ key: [a.toString()] });
  const exempt = new ExemptEditors(state, "key", () => true);
  held.tabs = [tabOf(undefined)];
  tell("onDidChangeTabs", { closed: [tabOf(undefined)] });
  expect(exempt.has(a)).toBe(true);
});
