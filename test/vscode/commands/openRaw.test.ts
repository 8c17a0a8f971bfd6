import { Uri } from "vscode";
import { expect, it, vi } from "vitest";
import { openRawCommand } from "../../../src/vscode/commands/openRaw";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { commandDesk } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

const [a, b] = [Uri.file("/w/a.age"), Uri.file("/w/b.age")];

/** Runs the command. @returns the files whose raw tabs are to stay. */
async function openRaw(uri: unknown, selected: unknown): Promise<readonly unknown[]> {
  const chosen: unknown[] = [];
  const { context } = await commandDesk({ rawTabs: { choose: (one: Uri) => chosen.push(one) } });
  await openRawCommand(context, uri, selected);
  return chosen;
}

it("an encrypted file opens as text, and is not replaced by its document", async () => {
  expect(await openRaw(a, [a])).toEqual([a]);
  expect(held.ran).toEqual([["vscode.openWith", a, "default"]]);
});

it("several files open in tabs of their own", async () => {
  expect(await openRaw(a, [a, b])).toEqual([a, b]);
  const pinned = ["default", { preview: false }];
  expect(held.ran).toEqual([
    ["vscode.openWith", a, ...pinned],
    ["vscode.openWith", b, ...pinned],
  ]);
});

it("without a file it asks for one; nothing opens where that is dismissed", async () => {
  user.will(undefined);
  expect(await openRaw(undefined, undefined)).toEqual([]);
  expect([held.ran, user.texts()]).toEqual([[], ["Open Raw"]]);
});
