import { Uri } from "vscode";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Disk } from "../../../src/documents/disk/disk";
import type { WritePrompts } from "../../../src/documents/disk/writePrompts";
import { CiphertextGuard } from "../../../src/vscode/guards/ciphertextGuard";
import type { Log } from "../../../src/vscode/log";

/** A window that shows the text of one encrypted file. */
const fake = vi.hoisted(() => ({
  tab: undefined as object | undefined,
  document: { isDirty: false },
  changed: [] as ((event: object) => void)[],
  /** The functions that answer the messages, in order. */
  messages: [] as ((answer: string | undefined) => void)[],
  reverts: 0,
}));

vi.mock("vscode", async (original) => {
  const never = () => ({ dispose: () => undefined });
  class TabInputText {
    constructor(readonly uri: Uri) {}
  }
  class TabInputTextDiff {
    constructor(readonly modified: Uri) {}
  }
  return {
    ...(await original<object>()),
    ...{ TabInputText, TabInputTextDiff },
    commands: {
      executeCommand: () => {
        fake.reverts++;
        fake.document.isDirty = false;
        return Promise.resolve();
      },
    },
    window: {
      tabGroups: {
        get all() {
          return [{ tabs: [fake.tab] }];
        },
        get activeTabGroup() {
          return { tabs: [fake.tab], activeTab: fake.tab };
        },
        onDidChangeTabs: never,
      },
      showWarningMessage: () =>
        new Promise((resolve) => {
          fake.messages.push(resolve);
        }),
    },
    workspace: {
      ...{ textDocuments: [], encode: (text: string) => Promise.resolve(Buffer.from(text)) },
      ...{ onDidOpenTextDocument: never, onDidCloseTextDocument: never },
      ...{ onWillSaveTextDocument: never, onDidSaveTextDocument: never },
      onDidChangeTextDocument: (listener: (event: object) => void) => {
        fake.changed.push(listener);
        return never();
      },
    },
  };
});

const uri = Uri.file("/w/a.age");
const ciphertext = Buffer.from("age-encryption.org/v1\n-> X25519 a\n");

async function guarded(): Promise<{ readonly edit: () => Promise<void> }> {
  const { TabInputText } = await import("vscode");
  fake.tab = { input: new (TabInputText as unknown as new (uri: Uri) => object)(uri) };
  const disk = { read: () => Promise.resolve(ciphertext) } as unknown as Disk;
  const state = { get: () => [], update: () => Promise.resolve() } as never;
  const log = { info: () => undefined, failure: () => undefined } as unknown as Log;
  new CiphertextGuard(disk, state, log, {} as WritePrompts);
  const document = { uri, isClosed: false, encoding: "utf8", getText: () => "typed" };
  return {
    edit: async () => {
      const { reverts } = fake;
      fake.document = Object.assign(document, { isDirty: true });
      for (const listener of fake.changed) listener({ document });
      await vi.waitFor(() => {
        expect(fake.reverts).toBe(reverts + 1);
      });
      // The message follows in the same turn.
      await new Promise(setImmediate);
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  Object.assign(fake, { changed: [], messages: [], reverts: 0 });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the message about an edit that was taken back", () => {
  it("comes once for a series of edits, however long it lasts", async () => {
    const { edit } = await guarded();
    for (let edits = 0; edits < 5; edits++) {
      await edit();
      vi.advanceTimersByTime(1_500);
    }
    expect(fake.messages).toHaveLength(1);
  });

  it("comes again for the next series, though nobody answered the first", async () => {
    const { edit } = await guarded();
    await edit();
    vi.advanceTimersByTime(30_000);
    await edit();
    expect(fake.messages).toHaveLength(2);
    // VS Code closes a message when the same one comes again, which answers the first one.
    fake.messages[0]?.(undefined);
    await edit();
    expect(fake.messages).toHaveLength(2);
  });

  it("comes again for the next edit once somebody closed it", async () => {
    const { edit } = await guarded();
    await edit();
    fake.messages[0]?.(undefined);
    await edit();
    expect(fake.messages).toHaveLength(2);
  });
});
