import { Uri } from "vscode";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { BackupGuard } from "../../../src/vscode/guards/backupGuard";
import type { Log } from "../../../src/vscode/log";
import { documentUri } from "../../../src/vscode/uris";

/** A window with the document of one encrypted file. */
const fake = vi.hoisted(() => ({
  tabs: [] as object[],
  closed: [] as ((event: object) => void)[],
  /** The functions that answer the waiting messages. */
  answers: [] as ((answer: string | undefined) => void)[],
  /** The documents for which the palette offers Edit Anyway. */
  offered: [] as readonly string[],
  /** Runs during the trial of the disk. */
  onTrial: (): void => undefined,
}));

vi.mock("vscode", async (original) => {
  const never = () => ({ dispose: () => undefined });
  class TabInputText {
    constructor(readonly uri: Uri) {}
  }
  class Other {
    constructor(readonly modified: Uri) {}
  }
  class EventEmitter {
    readonly event = never;
    readonly fire = () => undefined;
    readonly dispose = () => undefined;
  }
  return {
    ...(await original<object>()),
    ...{ EventEmitter, TabInputText, TabInputTextDiff: Other, TabInputNotebook: Other },
    ...{ TabInputCustom: Other, TabInputNotebookDiff: Other },
    commands: {
      executeCommand: (command: string, key: string, value: readonly string[]) => {
        if (command === "setContext" && key === "cage.readOnlyDocuments") fake.offered = value;
        return Promise.resolve();
      },
    },
    window: {
      tabGroups: {
        get all() {
          return [{ tabs: fake.tabs }];
        },
        onDidChangeTabs: (listener: (event: object) => void) => {
          fake.closed.push(listener);
          return never();
        },
      },
      showWarningMessage: () => new Promise((resolve) => fake.answers.push(resolve)),
    },
    workspace: { textDocuments: [], notebookDocuments: [] },
  };
});

const path = "/w/a.yaml.age";

/** Makes a guard on a disk that accepts the scheme's name, or refuses it. */
async function guarded(isTaken: boolean): Promise<BackupGuard> {
  const { TabInputText } = await import("vscode");
  const input = new (TabInputText as unknown as new (uri: Uri) => object)(documentUri(path));
  fake.tabs = [{ input, isDirty: false }];
  const state = { get: () => [], update: () => Promise.resolve() } as never;
  const log = { info: () => undefined, failure: () => undefined } as unknown as Log;
  const disk = {
    createFolder: () => Promise.resolve(),
    takesFolderName: async (name: string) => {
      await Promise.resolve();
      fake.onTrial();
      return isTaken || name.endsWith("cage-name-trial");
    },
  };
  const trial = { disk, storage: "/s", name: "long", place: "this machine" } as never;
  const guard = new BackupGuard(trial, state, state, log);
  await guard.outlook;
  await new Promise(setImmediate);
  return guard;
}

beforeEach(() => {
  Object.assign(fake, { tabs: [], closed: [], answers: [], offered: [], onTrial: () => undefined });
});

describe("a document that VS Code could back up", () => {
  it("can be edited by the command once its message is dismissed", async () => {
    const guard = await guarded(true);
    expect(fake.answers.length).toBe(1);
    fake.answers[0]?.(undefined);
    expect(await guard.isReadOnly(path)).toBe(true);
    expect(fake.offered).toEqual([documentUri(path).toString()]);
    expect(guard.isToldOf(path)).toBe(true);
    expect(await guard.editAnyway(path)).toBe(true);
    expect(guard.isToldOf(path)).toBe(false);
    expect(await guard.isReadOnly(path)).toBe(false);
    expect(fake.offered).toEqual([]);
  });

  it("can be edited by the button of its message", async () => {
    const guard = await guarded(true);
    fake.answers[0]?.("Edit Anyway");
    await vi.waitFor(async () => {
      expect(await guard.isReadOnly(path)).toBe(false);
    });
  });

  it("is told of once, though its tab is told of as the window starts", async () => {
    fake.onTrial = () => {
      for (const listener of fake.closed) listener({ opened: fake.tabs, closed: [], changed: [] });
    };
    await guarded(true);
    expect(fake.answers.length).toBe(1);
  });

  it("is not offered any more when it is closed", async () => {
    await guarded(true);
    const closed = fake.tabs;
    fake.tabs = [];
    for (const listener of fake.closed) listener({ opened: [], closed, changed: [] });
    expect(fake.offered).toEqual([]);
  });
});

it("a document that VS Code can't back up is not offered", async () => {
  const guard = await guarded(false);
  expect(fake.answers).toEqual([]);
  expect(fake.offered).toEqual([]);
  expect(await guard.editAnyway(path)).toBe(false);
});
