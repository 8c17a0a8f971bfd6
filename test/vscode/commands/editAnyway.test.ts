import { TabInputText, Uri } from "vscode";
import { expect, it, vi } from "vitest";
import { editAnywayCommand } from "../../../src/vscode/commands/editAnyway";
import { documentUri } from "../../../src/vscode/uris";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { commandDesk } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

/** Runs the command. @returns the files whose documents it let be edited. */
async function editAnyway(isReadOnly: boolean, uri: unknown): Promise<readonly string[]> {
  const allowed: string[] = [];
  const allow = (path: string) => Promise.resolve(allowed.push(path)).then(() => isReadOnly);
  const { context } = await commandDesk({ backups: { editAnyway: allow } });
  await editAnywayCommand(context, uri);
  return allowed;
}

it("lets the document be edited that it is called on, or that of the active tab", async () => {
  expect(await editAnyway(true, Uri.file("/w/a.yaml.age"))).toEqual(["/w/a.yaml.age"]);
  held.tabs = [{ isActive: true, input: new TabInputText(documentUri("/w/b.age")) }];
  expect(await editAnyway(true, undefined)).toEqual(["/w/b.age"]);
  expect(user.shown).toEqual([]);
});

it("says so where the document is not read-only for that reason, by its plain name", async () => {
  await editAnyway(false, documentUri("/w/a.yaml.age"));
  expect(user.texts("information")).toEqual([expect.stringMatching(/ a\.yaml is not one of them/)]);
});

it("says what to do where no document shows", async () => {
  expect(await editAnyway(true, undefined)).toEqual([]);
  expect(user.texts("information")).toEqual([expect.stringContaining("run Edit Anyway again")]);
});
