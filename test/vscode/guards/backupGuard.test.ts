import { TabInputText } from "vscode";
import { describe, expect, it, vi } from "vitest";
import { BackupGuard } from "../../../src/vscode/guards/backupGuard";
import type { Log } from "../../../src/vscode/log";
import { documentUri } from "../../../src/vscode/uris";
import { user } from "../fakeUser";
import { held, tell } from "../fakeWorkspace";

vi.mock("vscode", () => import("../fakeWindow"));

const path = "/w/a.yaml.age";

/** The documents for which the palette offers Edit Anyway. */
const offered = () =>
  held.ran.findLast(([id, key]) => id === "setContext" && key === "cage.readOnlyDocuments")?.[2];

/**
 * Makes a guard on a disk that accepts the scheme's name, or refuses it.
 *
 * @param onTrial - runs during the trial of the disk.
 */
async function guarded(
  isTaken: boolean,
  onTrial: () => void = () => undefined,
): Promise<BackupGuard> {
  held.tabs = [{ input: new TabInputText(documentUri(path)), isDirty: false }];
  const state = { get: () => [], update: () => Promise.resolve() } as never;
  const log = { info: () => undefined, failure: () => undefined } as unknown as Log;
  const disk = {
    createFolder: () => Promise.resolve(),
    takesFolderName: async (name: string) => {
      await Promise.resolve();
      onTrial();
      return isTaken || name.endsWith("cage-name-trial");
    },
  };
  const trial = { disk, storage: "/s", name: "long", place: "this machine" } as never;
  const guard = new BackupGuard(trial, state, state, log);
  await guard.outlook;
  await new Promise(setImmediate);
  return guard;
}

describe("a document that VS Code could back up", () => {
  it("can be edited by the command once its message is dismissed", async () => {
    const guard = await guarded(true);
    expect(user.texts("warning")).toHaveLength(1);
    expect(await guard.isReadOnly(path)).toBe(true);
    expect(offered()).toEqual([documentUri(path).toString()]);
    expect(guard.isToldOf(path)).toBe(true);
    expect(await guard.editAnyway(path)).toBe(true);
    expect(guard.isToldOf(path)).toBe(false);
    expect(await guard.isReadOnly(path)).toBe(false);
    expect(offered()).toEqual([]);
  });

  it("can be edited by the button of its message", async () => {
    user.will("Edit Anyway");
    const guard = await guarded(true);
    await vi.waitFor(async () => {
      expect(await guard.isReadOnly(path)).toBe(false);
    });
  });

  it("is told of once, though its tab is told of as the window starts", async () => {
    await guarded(true, () => {
      tell("onDidChangeTabs", { opened: held.tabs, closed: [], changed: [] });
    });
    expect(user.texts("warning")).toHaveLength(1);
  });

  it("is not offered any more when it is closed", async () => {
    await guarded(true);
    const closed = held.tabs;
    held.tabs = [];
    tell("onDidChangeTabs", { opened: [], closed, changed: [] });
    expect(offered()).toEqual([]);
  });
});

it("a document that VS Code can't back up is not offered", async () => {
  const guard = await guarded(false);
  expect(user.texts()).toEqual([]);
  expect(offered()).toBeUndefined();
  expect(await guard.editAnyway(path)).toBe(false);
});
