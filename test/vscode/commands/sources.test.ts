import { TabInputText, Uri } from "vscode";
import { expect, it, vi } from "vitest";
import { sourcesOf } from "../../../src/vscode/commands/sources";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";

vi.mock("vscode", () => import("../fakeWindow"));

const [a, b] = [Uri.file("/w/a.txt"), Uri.file("/w/b")];

it("what is selected in the Explorer is taken without a question", async () => {
  expect(await sourcesOf("files", "Encrypt", a, [a, b])).toEqual(["/w/a.txt", "/w/b"]);
  expect(await sourcesOf("folders", "Encrypt", b, undefined)).toEqual(["/w/b"]);
});

it("of the palette, files are that of the active tab, and folders are asked for", async () => {
  held.tabs = [{ isActive: true, input: new TabInputText(a) }];
  expect(await sourcesOf("files", "Encrypt", undefined, undefined)).toEqual(["/w/a.txt"]);
  expect(user.shown).toEqual([]);
  user.will(["/x", "/y"]);
  expect(await sourcesOf("folders", "Decrypt", undefined, undefined)).toEqual(["/x", "/y"]);
  expect(user.texts("open")).toEqual(["Decrypt All Files in a Folder"]);
});

it("without a tab files are asked for; none are taken where that is dismissed", async () => {
  user.will("/x/c.age", undefined);
  expect(await sourcesOf("files", "Decrypt", undefined, undefined)).toEqual(["/x/c.age"]);
  expect(await sourcesOf("files", "Encrypt", undefined, undefined)).toEqual([]);
  expect(user.texts()).toEqual(["Decrypt Files", "Encrypt Files"]);
});
