import { Uri } from "vscode";
import { beforeEach, expect, it, vi } from "vitest";
import { useNativeCommand } from "../../../src/vscode/commands/useNative";
import { documentUri } from "../../../src/vscode/uris";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { unsavedText } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

const file = Uri.file("/w/a.age");
const setting = "cage.streaming.strategy";

beforeEach(() => {
  held.folders = ["/w"];
  held.settings.workspace = { [setting]: "pipe" };
});

it("sets native where the file's strategy is set, and does again what failed", async () => {
  expect(await useNativeCommand(file, "cage.reencrypt")).toBe(true);
  expect(held.settings.workspace[setting]).toBe("native");
  expect(held.ran).toEqual([["cage.reencrypt", file]]);
  expect(user.texts("information")).toHaveLength(1);
});

it("saves again what could not be saved", async () => {
  const text = unsavedText(documentUri("/w/a.age"));
  held.texts = [text];
  // The button of a failed save has the URI of the document.
  expect(await useNativeCommand(documentUri("/w/a.age"), "save")).toBe(true);
  expect(text.isDirty).toBe(false);
});

it("leaves the strategy as it is where the failed save was done meanwhile", async () => {
  expect(await useNativeCommand(file, "save")).toBe(false);
  expect(held.settings.workspace[setting]).toBe("pipe");
  expect(user.texts("information")).toEqual([expect.stringMatching(/^a\.age is saved by now/)]);
});

it("does nothing again where another setting is still in force, and names that one", async () => {
  held.settings.folder = { [setting]: "pipe" };
  expect(await useNativeCommand(file, "cage.reencrypt")).toBe(false);
  expect(user.texts("warning")).toEqual([expect.stringContaining("pipe is still used")]);
  expect(held.ran).toEqual([]);
});

it("does nothing again where the settings can't be written", async () => {
  held.takesSettings = false;
  user.will("Open Settings");
  expect(await useNativeCommand(file, "cage.reencrypt")).toBe(false);
  expect(user.texts("error")).toHaveLength(1);
  expect(held.ran).toEqual([["workbench.action.openSettings", setting]]);
});

it("without a file it sets the strategy of the workspace, and without one the user's", async () => {
  expect(await useNativeCommand(undefined, undefined)).toBe(true);
  expect(held.settings.workspace[setting]).toBe("native");
  Object.assign(held, { folders: [], settings: { user: {}, workspace: {}, folder: {} } });
  expect(await useNativeCommand(undefined, "cage.reencrypt")).toBe(true);
  expect([held.settings.user[setting], held.ran]).toEqual(["native", []]);
});
