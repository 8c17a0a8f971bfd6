import { TabInputText } from "vscode";
import { beforeEach, expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { ChangedUnderText } from "../../../src/vscode/editor/changedUnderText";
import { documentUri } from "../../../src/vscode/uris";
import { unsavedText } from "../commands/kit";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";

vi.mock("vscode", () => import("../fakeWindow"));

const path = "/w/a.age";
const uri = documentUri(path);

/** The messages about changes, and the files that they compared. */
function telling(fault: Error | null = null) {
  const compared: string[] = [];
  const show = (one: string) => {
    compared.push(one);
    return fault === null ? Promise.resolve() : Promise.reject(fault);
  };
  const logged: string[] = [];
  const log = { failure: (what: string) => logged.push(what) };
  return { changes: new ChangedUnderText({ show }, log as never), compared, logged };
}

beforeEach(() => {
  held.texts = [unsavedText(uri)];
  const group = { viewColumn: 1 };
  held.tabs = [{ input: new TabInputText(uri), isActive: true, isDirty: true, group }];
});

it("a change under unsaved text is told of, and nothing is done unless the user says so", async () => {
  const { changes, compared } = telling();
  await changes.tell(path);
  expect(user.texts("warning")).toEqual([expect.stringMatching(/^a\.age was changed on the disk/)]);
  user.will("Keep");
  await changes.tell(path);
  expect([compared, held.ran]).toEqual([[], []]);
  user.will("Compare");
  await changes.tell(path);
  expect(compared).toEqual([path]);
});

it("Reload gives the unsaved text up", async () => {
  user.will("Reload");
  await telling().changes.tell(path);
  expect(held.ran.map(([id]) => id)).toContain("workbench.action.files.revert");
});

it("a text that is saved is not spoken of, nor one whose message is on the screen", async () => {
  const { changes } = telling();
  await Promise.all([changes.tell(path), changes.tell(path)]);
  expect(user.shown).toHaveLength(1);
  held.texts = held.tabs = [];
  await changes.tell(path);
  expect(user.shown).toHaveLength(1);
});

it("a comparison that fails is told of and logged", async () => {
  const { changes, logged } = telling(new AgeError("not-age", "it is no age file"));
  user.will("Compare");
  await changes.tell(path);
  expect(user.texts("error")).toEqual([expect.stringMatching(/^a\.age: It is no age file/)]);
  expect(logged).toEqual(["show a change of"]);
});
