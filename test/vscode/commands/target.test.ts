import { TabInputCustom, TabInputNotebook, TabInputText, TabInputTextDiff, Uri } from "vscode";
import { beforeEach, expect, it, vi } from "vitest";
import {
  encryptedTarget,
  encryptedTargets,
  fileOf,
  pathForSettings,
  targetOf,
} from "../../../src/vscode/commands/target";
import { documentUri } from "../../../src/vscode/uris";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";

vi.mock("vscode", () => import("../fakeWindow"));

const found = ["/w/b/secrets.yaml.age", "/w/a.AGE", "/w/voyage"];

beforeEach(() => {
  held.folders = ["/w"];
});

const show = (input: unknown): void => {
  held.tabs = [{ isActive: false }, { isActive: true, input }];
};

it("a command of the palette asks for the file, whatever is selected in the Explorer", async () => {
  held.found = found;
  user.will("a.AGE");
  expect(await encryptedTargets(undefined, undefined, "Open Raw")).toEqual(["/w/a.AGE"]);
  expect(user.texts()).toEqual(["Open Raw: which file?"]);
  expect(user.last().rows.map(({ label, description }) => [label, description])).toEqual([
    ["a.AGE", ""],
    ["secrets.yaml.age", "b"],
    ["$(folder-opened) Another file…", ""],
  ]);
  expect(held.globs).toEqual(["**/*{.[aA][gG][eE],.[cC][aA][gG][eE]}"]);
});

it("it takes the encrypted file of the active tab, and not a plain one", async () => {
  held.found = found;
  show(new TabInputText(Uri.file("/w/b/secrets.yaml.age")));
  expect(await encryptedTargets(undefined, undefined, "t")).toEqual(["/w/b/secrets.yaml.age"]);
  expect(user.shown).toEqual([]);
  show(new TabInputText(Uri.file("/w/notes.txt")));
  user.will("a.AGE");
  expect(await encryptedTargets(undefined, undefined, "t")).toEqual(["/w/a.AGE"]);
});

it("any other file can be chosen, at once where the workspace has none", async () => {
  user.will("/h/other.age");
  expect(await encryptedTargets(undefined, undefined, "t")).toEqual(["/h/other.age"]);
  held.found = found;
  user.will("Another file…", "/h/other.age", "Another file…", undefined, undefined);
  expect(await encryptedTargets(undefined, undefined, "t")).toEqual(["/h/other.age"]);
  expect(await encryptedTargets(undefined, undefined, "t")).toEqual([]);
  expect(await encryptedTarget(undefined, "t")).toBeNull();
});

it("all that are selected in the Explorer are taken, each once", async () => {
  const [a, b, c] = ["/w/a.age", "/w/b.age", "/w/c.txt"].map((path) => Uri.file(path));
  const all = ["/w/a.age", "/w/b.age", "/w/c.txt"];
  expect(await encryptedTargets(a, [a, b, c, a], "t")).toEqual(all);
  expect(await encryptedTarget(b, "t")).toBe("/w/b.age");
  expect(user.shown).toEqual([]);
});

it("a command is about the file that it is called on, else that of the active tab", () => {
  const document = documentUri("/w/a.age");
  show(new TabInputText(Uri.file("/w/front")));
  expect(targetOf(Uri.file("/w/b"))).toBe("/w/b");
  expect(targetOf(document)).toBe("/w/a.age");
  expect(targetOf(Uri.parse("untitled:x"))).toBeNull();
  expect(targetOf(undefined)).toBe("/w/front");
  for (const input of [
    new TabInputText(document),
    new TabInputCustom(document, "image"),
    new TabInputNotebook(document, "notebook"),
  ]) {
    show(input);
    expect(targetOf("no URI")).toBe("/w/a.age");
  }
  show(new TabInputTextDiff(document, document));
  expect(targetOf(undefined)).toBeNull();
});

it("the root, which a failure without a file names, is no file", () => {
  expect([fileOf(Uri.file("/")), fileOf(Uri.file("/a")), fileOf(undefined)]).toEqual([
    ...[null, "/a", null],
  ]);
});

it("without a file the settings of the first folder count, or the user's", () => {
  expect([pathForSettings("/x/a"), pathForSettings(null)]).toEqual(["/x/a", "/w"]);
  held.folders = [];
  expect(pathForSettings(null)).toBe("/");
});
