import { expect, it, vi } from "vitest";
import { DraftTurns } from "../../../src/vscode/drafts/draftTurns";
import type { DraftTarget } from "../../../src/documents/drafts/draftTarget";
import {
  fake,
  keeping,
  makeClean,
  path,
  tab,
  target,
  type,
  uri,
  type Situation,
} from "../draftKeeperKit";

/** Types a text whose key takes a search. @returns a function that ends the search. */
function searching() {
  let find: (found: DraftTarget) => void = () => undefined;
  const found = new Promise<DraftTarget>((resolve) => (find = resolve));
  const kept = keeping({ key: null, found });
  type("a");
  const turn = kept.keeper.makeOrDrop(path);
  const end = async (): Promise<void> => {
    find(target);
    await turn;
  };
  return { ...kept, end };
}

it("a text that is typed while a draft is made gets another one, and never two at once", async () => {
  const situation: { until?: Promise<void> } = {};
  const { keeper, log } = keeping(situation);
  let write = (): void => undefined;
  situation.until = new Promise((done) => (write = done));
  type("a");
  const first = keeper.makeOrDrop(path);
  type("ab");
  const second = keeper.makeOrDrop(path);
  type("abc");
  const third = keeper.makeOrDrop(path);
  write();
  await Promise.all([first, second, third]);
  expect(log).toEqual(["draft a", "draft abc"]);
});

it("a text that was saved while its key was looked for gets no draft", async () => {
  const { log, end } = searching();
  makeClean();
  await end();
  await vi.advanceTimersByTimeAsync(5000);
  expect(log).toEqual([]);
});

it("a text that a lock took while its key was looked for gets no draft after the lock", async () => {
  const { keeper, log, end } = searching();
  await keeper.setAside([path]);
  await end();
  expect([log, keeper.stateOf(path)]).toEqual([[], null]);
});

it("a text that was set aside has no state of its own, though its key is gone", async () => {
  const situation: { key?: DraftTarget | null } = {};
  const { keeper, log } = keeping(situation);
  type("a");
  await keeper.setAside([path]);
  situation.key = null;
  await keeper.makeOrDrop(path);
  expect([log, keeper.stateOf(path)]).toEqual([["aside a"], null]);
});

it.each<[string, Situation]>([
  ["whose key is at hand", {}],
  ["without a key", { key: null }],
])("a saved text %s has no state", async (_, situation) => {
  const { keeper } = keeping(situation);
  await keeper.makeOrDrop(path);
  expect(keeper.stateOf(path)).toBeNull();
});

it("a text that only a save tells has no draft, and no failure", async () => {
  const { keeper, log } = keeping();
  fake.tabs = [tab, { input: new fake.Custom({ uri, viewType: "x" }), isDirty: true }];
  await keeper.makeOrDrop(path);
  expect([log, keeper.stateOf(path)]).toEqual([[], null]);
});

it("a turn that is taken at any moment is worked for, also after one that fails", async () => {
  for (let moment = 0; moment < 8; moment++) {
    let begun = 0;
    const turns = new DraftTurns(() => {
      begun++;
      return begun === 1 && moment % 2 === 1 ? Promise.reject(new Error("x")) : Promise.resolve();
    });
    const first = turns.take(path).catch(() => undefined);
    for (let step = 0; step < moment; step++) await Promise.resolve();
    const before = begun;
    const second = turns.take(path).catch(() => undefined);
    await Promise.all([first, second]);
    expect([moment, begun]).toEqual([moment, before + 1]);
    expect(turns.running).toEqual([]);
  }
});
