import { TabInputText, Uri } from "vscode";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { UnlockedWindows } from "../../../src/documents/memory/unlockedWindows";
import { WindowLocks } from "../../../src/vscode/lock/windowLocks";
import { allLockedMessage, othersMessage } from "../../../src/vscode/wording/lockMessage";
import { unsavedText } from "../commands/kit";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { locking, path, tabOf, uri } from "./lockKit";

vi.mock("vscode", () => import("../fakeWindow"));

describe("the windows of one user", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  /** A window among others, whose numbers come in turn; the last one stays. */
  async function among(...others: readonly number[]) {
    const made = await locking();
    const counts = [...others];
    const steps: string[] = [];
    const state = { isAsked: false, fault: null as Error | null };
    const windows = {
      count: () => Promise.resolve(counts.length > 1 ? counts.shift() : counts[0]),
      ask: () => Promise.resolve(steps.push("asked")).then(() => others[0]),
      enter: () => {
        steps.push("entered");
        return state.fault === null ? Promise.resolve() : Promise.reject(state.fault);
      },
      leave: () => Promise.resolve(steps.push("left")),
      isAsked: () => Promise.resolve(state.isAsked),
    };
    const failures: string[] = [];
    const log = { failure: (what: string) => failures.push(what) };
    const locks = new WindowLocks(
      ...([made.keyring, windows as unknown as UnlockedWindows, made.lock] as const),
      ...([() => 5, log as never] as const),
    );
    return { ...made, locks, windows: steps, state, failures };
  }

  it("are offered to be locked, too, where others are unlocked", async () => {
    const { locks, windows } = await among(2);
    await locks.lockThis();
    expect(user.texts("information")).toEqual([othersMessage(2)]);
    expect(windows).not.toContain("asked");
    user.will("Lock All Windows");
    await locks.lockThis();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(windows).toContain("asked");
    expect(user.texts("information").at(-1)).toBe(allLockedMessage(2, 2));
  });

  it("are not spoken of where there is no other", async () => {
    const { locks } = await among(0);
    await locks.lockThis();
    expect(user.texts("information")).toEqual([]);
  });

  it("are waited for until all have answered", async () => {
    const { locks } = await among(2, 1, 0);
    const locking = locks.lockAll();
    await vi.advanceTimersByTimeAsync(500);
    await locking;
    expect(user.texts("information")).toEqual([allLockedMessage(2, 0)]);
  });

  it("lock one that another has asked, which tells that and offers its document again", async () => {
    const { keyring, state, windows } = await among(0);
    keyring.unlock();
    await vi.advanceTimersByTimeAsync(1000);
    expect([keyring.state, windows]).toEqual(["unlocked", ["entered"]]);
    held.tabs = [tabOf(new TabInputText(uri))];
    state.isAsked = true;
    user.will("Open Again");
    await vi.advanceTimersByTimeAsync(1000);
    expect([keyring.state, windows]).toEqual(["locked", ["entered", "left"]]);
    expect(held.ran).toEqual([["cage.openDecrypted", Uri.file(path)]]);
    expect(user.texts("information")[0]).toContain("Lock All Windows in another window");
    await vi.advanceTimersByTimeAsync(5000);
    expect(windows).toEqual(["entered", "left"]);
  });

  it("are told in the status bar of an idle lock that closed nothing, and not of one by the user", async () => {
    const { keyring, lock } = await among(0);
    keyring.unlock();
    keyring.lock("idle");
    await lock.whenDone();
    await vi.advanceTimersByTimeAsync(1);
    expect(user.texts()).toEqual(["Cage locked itself after 5 minutes without use."]);
    expect(user.texts("status")).toHaveLength(1);
    held.tabs = [tabOf(new TabInputText(uri))];
    keyring.unlock();
    keyring.lock("idle");
    await lock.whenDone();
    await vi.advanceTimersByTimeAsync(1);
    // Nobody pressed Open Again.
    expect([user.texts("information").length, held.ran]).toEqual([1, []]);
    keyring.unlock();
    keyring.lock();
    await lock.whenDone();
    await vi.advanceTimersByTimeAsync(1);
    expect(user.shown).toHaveLength(2);
  });

  it("are told of a lock that left something, beside the warning that names it", async () => {
    const { keyring, lock } = await among(0);
    keyring.unlock();
    held.texts = [unsavedText(uri)];
    keyring.lock("idle");
    await lock.whenDone();
    await vi.advanceTimersByTimeAsync(1);
    // It closed no document, so there is none to open again.
    expect(user.texts("information")).toEqual([]);
    const text = "Cage locked itself after 5 minutes without use.";
    expect(user.texts("status")).toEqual([text]);
    expect(user.texts("warning")).toHaveLength(1);
  });

  it("are left when the window ends, and a disk that takes no file is logged", async () => {
    const { keyring, locks, windows, state, failures } = await among(0);
    state.fault = new Error("full");
    keyring.unlock();
    await vi.advanceTimersByTimeAsync(1);
    expect(failures).toHaveLength(1);
    await locks.end();
    state.isAsked = true;
    await vi.advanceTimersByTimeAsync(3000);
    expect([windows, keyring.state]).toEqual([["entered", "left"], "unlocked"]);
    locks.dispose();
  });
});
