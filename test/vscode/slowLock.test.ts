import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { UnlockedWindows } from "../../src/documents/memory/unlockedWindows";
import { Keyring } from "../../src/keys/keyring";
import type { Lock } from "../../src/vscode/lock/lock";
import type { Log } from "../../src/vscode/log";
import { WindowLocks } from "../../src/vscode/lock/windowLocks";
import { StillClock } from "../documents/kit";

/** The messages that stand open, and the paths that were opened. */
const fake = vi.hoisted(() => ({
  messages: [] as { text: string; press: (button: string) => void }[],
  opened: [] as string[],
}));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  commands: {
    executeCommand: (_: string, { path }: { readonly path: string }) =>
      Promise.resolve(fake.opened.push(path)),
  },
  window: {
    tabGroups: { all: [] },
    setStatusBarMessage: vi.fn(),
    showInformationMessage: (text: string) =>
      new Promise((press) => {
        fake.messages.push({ text, press });
      }),
  },
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
  let done: () => void = () => undefined;
  const sweeping = new Promise<void>((resolve) => {
    done = resolve;
  });
  const lock = { closed: [], drafted: 0, whenDone: () => sweeping };
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
  // The window keeps showing up, because one that stops counts as gone.
  expect(windows.isAsked).toHaveBeenCalledTimes(3);
  expect(windows.leave).not.toHaveBeenCalled();
  done();
  await vi.advanceTimersByTimeAsync(3000);
  expect(windows.leave).toHaveBeenCalledOnce();
  expect(windows.isAsked).toHaveBeenCalledTimes(3);
  locks.dispose();
});

it("each lock that nobody asked for is told of, whatever message still stands there", async () => {
  const windows = {
    ...{ count: () => Promise.resolve(0), enter: () => Promise.resolve() },
    ...{ isAsked: () => Promise.resolve(false), leave: () => Promise.resolve() },
  };
  const lock = { closed: ["/w/a.age"], drafted: 0, whenDone: () => Promise.resolve() };
  const keyring = new Keyring(new StillClock(), 0);
  const locks = new WindowLocks(
    keyring,
    windows as unknown as UnlockedWindows,
    ...([lock as unknown as Lock, () => 5, {} as unknown as Log] as const),
  );
  for (const closed of [["/w/a.age"], ["/w/b.age", "/w/c.age"]]) {
    lock.closed = closed;
    keyring.unlock();
    keyring.lock("idle");
    await vi.advanceTimersByTimeAsync(0);
  }
  const [first, second] = fake.messages;
  expect(fake.messages).toHaveLength(2);
  expect([first?.text, second?.text]).toEqual([
    expect.stringContaining("closed 1 document."),
    expect.stringContaining("closed 2 documents."),
  ]);
  second?.press("Open Again");
  await vi.advanceTimersByTimeAsync(0);
  expect(fake.opened).toEqual(["/w/b.age"]);
  locks.dispose();
});
