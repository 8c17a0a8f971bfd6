import { TabInputText } from "vscode";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { documentUri } from "../../../src/vscode/uris";
import { unsavedText } from "../commands/kit";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { locking, path, tabOf, uri } from "./lockKit";

vi.mock("vscode", () => import("../fakeWindow"));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

const clean = tabOf(new TabInputText(documentUri("/w/b.age")));

/** Locks a window with a clean tab and an unsaved text, whose save waits for an answer. */
async function waiting() {
  let answer = (): void => undefined;
  const answered = new Promise<void>((done) => (answer = done));
  const save = vi.fn(() => answered);
  held.texts = [unsavedText(uri, save)];
  const unsaved = { ...tabOf(new TabInputText(uri)), isDirty: true };
  held.tabs = [unsaved, clean];
  const { lock, keyring } = await locking(new Map([[path, {}]]));
  keyring.lock();
  await vi.advanceTimersByTimeAsync(0);
  const finish = async (): Promise<void> => {
    answer();
    unsaved.isDirty = false;
    held.texts = [];
    await vi.advanceTimersByTimeAsync(0);
  };
  return { lock, keyring, save, unsaved, finish };
}

describe("a lock whose text is saved late", () => {
  it("closes all that is clean at once, and names the text after three seconds", async () => {
    const { lock, unsaved, finish } = await waiting();
    expect(held.tabs).toEqual([unsaved]);
    await vi.advanceTimersByTimeAsync(2999);
    expect(user.texts("warning")).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await lock.whenDone();
    expect(user.texts("warning")).toEqual([expect.stringContaining("has unsaved text")]);
    expect(held.tabs).toEqual([unsaved]);
    await finish();
  });

  it("closes its tab once it is saved, without another event", async () => {
    const { finish } = await waiting();
    await vi.advanceTimersByTimeAsync(3000);
    await finish();
    expect(held.tabs).toEqual([]);
  });

  it("sets the text aside once, whatever locks meanwhile", async () => {
    const { lock, keyring, save, finish } = await waiting();
    keyring.lock();
    await vi.advanceTimersByTimeAsync(0);
    expect(save).toHaveBeenCalledOnce();
    await finish();
    await lock.whenDone();
    expect([held.tabs, lock.drafted]).toEqual([[], 1]);
  });
});
