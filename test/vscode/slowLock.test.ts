import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { UnlockedWindows } from "../../src/documents/unlockedWindows";
import { Keyring } from "../../src/keys/keyring";
import type { Lock } from "../../src/vscode/lock";
import type { Log } from "../../src/vscode/log";
import { WindowLocks } from "../../src/vscode/windowLocks";
import { StillClock } from "../documents/kit";

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  window: { setStatusBarMessage: vi.fn() },
}));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("a window that was asked to lock does so once, and stays known until it has", async () => {
  const windows = {
    ...{ count: () => Promise.resolve(0), enter: () => Promise.resolve() },
    ...{ isAsked: vi.fn(() => Promise.resolve(true)), leave: vi.fn(() => Promise.resolve()) },
  };
  let done: (left: null) => void = () => undefined;
  const sweeping = new Promise<null>((resolve) => {
    done = resolve;
  });
  const lock = { closed: [], whenDone: () => sweeping };
  const keyring = new Keyring(new StillClock(), 0);
  const locks = new WindowLocks(
    keyring,
    windows as unknown as UnlockedWindows,
    ...([lock as unknown as Lock, () => 0, {} as unknown as Log] as const),
  );
  const reasons: string[] = [];
  keyring.onChange((state, reason) => {
    if (state === "locked") reasons.push(reason);
  });
  keyring.unlock();
  await vi.advanceTimersByTimeAsync(3000);
  expect(reasons).toEqual(["elsewhere"]);
  // Whoever does not show up any more counts as gone.
  expect(windows.isAsked).toHaveBeenCalledTimes(3);
  expect(windows.leave).not.toHaveBeenCalled();
  done(null);
  await vi.advanceTimersByTimeAsync(3000);
  expect(windows.leave).toHaveBeenCalledOnce();
  expect(windows.isAsked).toHaveBeenCalledTimes(3);
  locks.dispose();
});
