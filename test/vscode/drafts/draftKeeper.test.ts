import { describe, expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import type { DraftTarget } from "../../../src/documents/drafts/draftTarget";
import type { DraftKeeper } from "../../../src/vscode/drafts/draftKeeper";
import {
  fake,
  path,
  uri,
  target,
  keeping,
  document,
  tab,
  type,
  makeClean,
  close,
  type Situation,
} from "../draftKeeperKit";

describe("a draft of unsaved text", () => {
  it("is made once typing pauses, and is zeroed in memory", async () => {
    const { keeper, log, taken } = keeping();
    type("a");
    await vi.advanceTimersByTimeAsync(299);
    type("ab");
    await vi.advanceTimersByTimeAsync(299);
    expect(log).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(log).toEqual(["draft ab"]);
    expect(taken.flatMap((bytes) => [...bytes])).toEqual([0, 0]);
    expect(keeper.stateOf(path)?.kind).toBe("made");
  });

  it("is made every two seconds while typing does not pause", async () => {
    const { log } = keeping();
    for (let key = 1; key <= 41; key++) {
      type("x".repeat(key));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(log).toEqual([`draft ${"x".repeat(20)}`, `draft ${"x".repeat(40)}`]);
  });

  it.each<[string, () => void]>([
    ["saved or undone", makeClean],
    ["closed", close],
  ])("goes when the text is %s", async (_, end) => {
    const { keeper, log } = keeping();
    type("a");
    await vi.advanceTimersByTimeAsync(300);
    end();
    await vi.advanceTimersByTimeAsync(0);
    expect([log, keeper.stateOf(path)]).toEqual([["draft a", "no draft"], null]);
  });

  it("stays while another tab shows the document", async () => {
    const { log } = keeping();
    const other = { input: new fake.Text({ uri }), isDirty: true };
    fake.tabs = [tab, other];
    type("a");
    await vi.advanceTimersByTimeAsync(300);
    fake.tabs = [other];
    for (const tell of fake.tabsChanged) tell({ changed: [], closed: [tab], opened: [] });
    await vi.advanceTimersByTimeAsync(5000);
    expect(log).toEqual(["draft a"]);
  });

  it("goes if the editor closes while it is made", async () => {
    const { log } = keeping();
    type("a");
    vi.advanceTimersByTime(300);
    close();
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual(["draft a", "no draft"]);
  });

  it("that the editor never had is not dropped: it waits to be put back", async () => {
    const { log } = keeping();
    makeClean();
    close();
    await vi.advanceTimersByTimeAsync(5000);
    expect(log).toEqual([]);
  });

  it("that no key opened is made as soon as one is at hand, without another change", async () => {
    const situation: { key: DraftTarget | null } = { key: null };
    const { keeper, log } = keeping(situation);
    type("a");
    await vi.advanceTimersByTimeAsync(300);
    expect([keeper.stateOf(path), log]).toEqual([{ kind: "failed", code: "locked" }, []]);
    situation.key = target;
    keeper.retry();
    await vi.advanceTimersByTimeAsync(0);
    expect([keeper.stateOf(path)?.kind, log]).toEqual(["made", ["draft a"]]);
  });

  it("that the disk did not take is tried again, without another change", async () => {
    const situation: { failure: AgeError | undefined } = {
      failure: new AgeError("disk-full", "the disk is full"),
    };
    const { keeper, log } = keeping(situation);
    type("a");
    await vi.advanceTimersByTimeAsync(300);
    situation.failure = undefined;
    await vi.advanceTimersByTimeAsync(10_000);
    expect([keeper.stateOf(path)?.kind, log]).toEqual(["made", ["draft a"]]);
  });

  it("is made at once of what was unsaved before the extension host started", async () => {
    Object.assign(document, { text: "old", isDirty: true });
    const { log } = keeping();
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual(["draft old"]);
  });

  it.each<[string, Situation, unknown]>([
    [
      "a disk that fails",
      { failure: new AgeError("disk-full", "the disk is full") },
      { kind: "failed", code: "disk-full" },
    ],
    ["a key that is locked", { key: null }, { kind: "failed", code: "locked" }],
    ["text that was given up meanwhile", { failure: new AgeError("dismissed", "x") }, null],
  ])("tells of %s", async (_, situation, state) => {
    const { keeper } = keeping(situation);
    type("a");
    await vi.advanceTimersByTimeAsync(300);
    expect(keeper.stateOf(path)).toEqual(state);
  });
});

describe("a window that closes", () => {
  it.each<[string, (keeper: DraftKeeper) => unknown]>([
    ["waits", () => undefined],
    ["is under way", () => vi.advanceTimersByTime(300)],
    ["is being set aside", (keeper) => keeper.setAside([path])],
  ])("ends once the draft is there that %s", async (_, begin) => {
    const situation: { until?: Promise<void> } = {};
    const { keeper, log } = keeping(situation);
    let write = (): void => undefined;
    situation.until = new Promise((done) => (write = done));
    type("a");
    void begin(keeper);
    let hasEnded = false;
    const ending = keeper.flush().then(() => (hasEnded = true));
    await vi.advanceTimersByTimeAsync(100);
    expect([hasEnded, log]).toEqual([false, []]);
    write();
    await ending;
    expect(log).toHaveLength(1);
  });
});

describe("a lock", () => {
  it("sets the text aside, and its draft stays whatever the editor does then", async () => {
    const { keeper, log } = keeping();
    type("a");
    expect(await keeper.setAside([path])).toEqual(new Map([[path, target]]));
    makeClean();
    close();
    await vi.advanceTimersByTimeAsync(5000);
    expect([log, keeper.stateOf(path)]).toEqual([["aside a"], null]);
  });

  it("leaves a draft whose tab it has closed, and keeps one of what is typed later", async () => {
    const { keeper, log } = keeping();
    type("a");
    await keeper.setAside([path]);
    await keeper.leave(path);
    type("b");
    await vi.advanceTimersByTimeAsync(300);
    makeClean();
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual(["aside a", "no draft", "draft b", "no draft"]);
  });

  it("lets drafts follow the editor again once they are put back", async () => {
    const { keeper, log } = keeping();
    type("a");
    await keeper.setAside([path]);
    await keeper.release(path);
    makeClean();
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual(["aside a", "draft a", "no aside", "no draft"]);
  });

  it("discards no draft where none was set aside", async () => {
    const situation: { key?: DraftTarget | null } = { key: null };
    const { keeper, log } = keeping(situation);
    type("a");
    await keeper.setAside([path]);
    delete situation.key;
    await keeper.release(path);
    expect([log, keeper.stateOf(path)?.kind]).toEqual([["draft a"], "made"]);
  });

  it("takes the place of a draft that is just being made", async () => {
    const { keeper, log } = keeping();
    type("a");
    await Promise.all([keeper.makeOrDrop(path), keeper.setAside([path])]);
    expect(log).toEqual(["aside a"]);
  });

  it("leaves no older draft of a text that was saved meanwhile", async () => {
    const { keeper, log } = keeping();
    type("a");
    await vi.advanceTimersByTimeAsync(300);
    type("ab");
    await keeper.setAside([path]);
    makeClean();
    await keeper.release(path);
    expect(log).toEqual(["draft a", "aside ab", "no draft"]);
  });

  it("gets the target for a text that only a save brings out", async () => {
    const { keeper, log } = keeping();
    // A text editor of the same document has nothing unsaved.
    document.text = "as it is on the disk";
    fake.tabs = [tab, { input: new fake.Custom({ uri, viewType: "x" }), isDirty: true }];
    expect(await keeper.setAside([path])).toEqual(new Map([[path, target]]));
    expect(log).toEqual([]);
  });

  it("keeps an earlier draft, too, while a save brings the text out", async () => {
    const { keeper, log } = keeping();
    type("a");
    await vi.advanceTimersByTimeAsync(300);
    document.isDirty = false;
    fake.tabs = [tab, { input: new fake.Custom({ uri, viewType: "x" }), isDirty: true }];
    await keeper.setAside([path]);
    close();
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual(["draft a"]);
  });

  it.each<[string, Situation]>([
    ["the disk fails", { failure: new AgeError("disk-full", "the disk is full") }],
    ["no key is known", { key: null }],
  ])("is told where %s", async (_, situation) => {
    const { keeper } = keeping(situation);
    type("a");
    expect(await keeper.setAside([path])).toEqual(new Map([[path, null]]));
  });
});

describe("a text whose editor is about to lose it", () => {
  it("is left in a draft that stays", async () => {
    const { keeper, log } = keeping();
    type("a");
    await vi.advanceTimersByTimeAsync(300);
    type("ab");
    expect(await keeper.leaveText(path)).toBe(true);
    makeClean();
    close();
    await vi.advanceTimersByTimeAsync(5000);
    expect(log).toEqual(["draft a", "aside ab", "no draft"]);
  });

  it.each<[string, Situation]>([
    ["the disk fails", { failure: new AgeError("disk-full", "the disk is full") }],
    ["no key is known", { key: null }],
  ])("is told of where %s, and has drafts again as soon as that is over", async (_, failing) => {
    const situation: { failure?: AgeError | undefined; key?: DraftTarget | null } = { ...failing };
    const { keeper, log } = keeping(situation);
    type("a");
    expect(await keeper.leaveText(path)).toBe(false);
    Object.assign(situation, { failure: undefined, key: target });
    keeper.retry();
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual(["draft a"]);
  });

  it("is told of where only a save brings it out", async () => {
    const { keeper, log } = keeping();
    fake.tabs = [tab, { input: new fake.Custom({ uri, viewType: "x" }), isDirty: true }];
    expect(await keeper.leaveText(path)).toBe(false);
    expect(log).toEqual([]);
  });
});
