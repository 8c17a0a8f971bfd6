import { TabInputText, type Uri } from "vscode";
import { beforeEach, expect, it, vi } from "vitest";
import type { UnlockedWindows } from "../../../src/documents/memory/unlockedWindows";
import type { Keyring, LockReason } from "../../../src/keys/keyring";
import type { Lock } from "../../../src/vscode/lock/lock";
import { WindowLocks } from "../../../src/vscode/lock/windowLocks";
import type { Log } from "../../../src/vscode/log";
import { documentUri } from "../../../src/vscode/uris";

const fake = vi.hoisted(() => ({
  tabs: [] as object[],
  messages: [] as string[],
  status: [] as string[],
  reopened: [] as string[],
}));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  TabInputText: class {
    constructor(readonly uri: object) {}
  },
  commands: {
    executeCommand: (command: string, { path }: Uri) =>
      Promise.resolve(void fake.reopened.push(`${command} ${path}`)),
  },
  window: {
    get tabGroups() {
      return { all: [{ tabs: fake.tabs }] };
    },
    setStatusBarMessage: (message: string) => void fake.status.push(message),
    showInformationMessage: (message: string, button: string) => {
      fake.messages.push(message);
      return Promise.resolve(button);
    },
  },
}));

beforeEach(() => {
  Object.assign(fake, { tabs: [], messages: [], status: [], reopened: [] });
});

/** Locks a window with these files in front. @param left - those that stay on the screen. */
async function lock(closed: readonly string[], left: readonly string[], reason: LockReason) {
  let change: (state: "locked", reason: LockReason) => void = () => undefined;
  const keyring = { state: "locked", onChange: (listener: typeof change) => (change = listener) };
  const locks = { closed, drafted: 0, whenDone: () => Promise.resolve() };
  fake.tabs = left.map((path) => ({ input: new TabInputText(documentUri(path)) }));
  const windows = { count: () => Promise.resolve(0), leave: () => Promise.resolve() };
  new WindowLocks(
    keyring as unknown as Keyring,
    windows as unknown as UnlockedWindows,
    locks as unknown as Lock,
    () => 5,
    {} as unknown as Log,
  );
  change("locked", reason);
  await new Promise(setImmediate);
}

const ofTwo = ["/w/a.age", "/w/b.age"];

it.each([
  [[], "Cage locked itself after 5 minutes without use and closed 2 documents.", "/w/a.age"],
  [
    ["/w/a.age"],
    "Cage locked itself after 5 minutes without use and closed 1 document.",
    "/w/b.age",
  ],
])(
  "that leaves %j on the screen says so, and offers the others again",
  async (left, text, first) => {
    await lock(ofTwo, left, "idle");
    expect(fake.messages).toEqual([expect.stringContaining(`${text} Open Again`)]);
    expect(fake.reopened).toEqual([`cage.openDecrypted ${first}`]);
  },
);

it("that closes nothing says in the status bar that it was", async () => {
  await lock(ofTwo, ofTwo, "elsewhere");
  expect(fake.messages).toEqual([]);
  expect(fake.status).toEqual(["Lock All Windows in another window locked this one."]);
});

it("that the user asked for says nothing more", async () => {
  await lock(ofTwo, [], "by the user");
  expect([fake.messages, fake.status]).toEqual([[], []]);
});
