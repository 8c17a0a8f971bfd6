import { Uri } from "vscode";
import { beforeEach, expect, it, vi } from "vitest";
import { chooseStrategyCommand } from "../../../src/vscode/commands/chooseStrategy";
import { documentUri } from "../../../src/vscode/uris";
import { desk, passphrase } from "../../documents/kit";
import { enter, user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { situation } from "../situation";
import { commandDesk, unsavedText } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

const setting = "cage.streaming.strategy";

beforeEach(() => {
  held.folders = ["/"];
});

/** A desk with an encrypted file, and the command about that. */
async function choosing({ hasProgram = true, words = "" } = {}) {
  const at = await desk();
  const path = await at.encrypted("a.age", "text", ...(words === "" ? [] : [passphrase(words)]));
  const missing = { program: { missing: "no age program was found" } };
  const here = hasProgram ? situation() : { ...situation(), ...missing };
  const strategies = { situation: () => Promise.resolve(here) };
  const { context } = await commandDesk({ strategies }, at);
  const file = Uri.file(path);
  return {
    context,
    file,
    choose: (again?: unknown) => chooseStrategyCommand(context, file, again),
  };
}

it("sets what is chosen for the file's folder, and does again what failed", async () => {
  const { choose, file } = await choosing();
  user.will("pipe");
  expect(await choose("cage.openDecrypted")).toBe(true);
  expect(held.settings.workspace).toEqual({ [setting]: "pipe" });
  expect(held.ran).toEqual([["cage.openDecrypted", file]]);
  const { text, detail, rows } = user.last("pick");
  expect(text).toBe("Choose Strategy for a.age");
  expect(detail).toMatch(/^Encrypted with keys\. Your choice goes to the workspace's settings/);
  expect(rows.map(({ label }) => label)).toEqual([
    ...["$(check) auto", "$(blank) native", "$(blank) pipe", "$(blank) tempfile"],
  ]);
});

it("has the focus on the one in force, which Enter leaves so", async () => {
  held.settings.workspace = { [setting]: "tempfile" };
  const { choose } = await choosing();
  user.will(enter);
  expect(await choose()).toBe(true);
  expect(held.settings.workspace).toEqual({ [setting]: "tempfile" });
  expect(user.last("pick").rows[3]).toMatchObject({
    label: "$(check) tempfile",
    description: "current (the workspace's settings)",
  });
});

it("changes nothing where it is dismissed, or the settings can't be written", async () => {
  const { choose } = await choosing();
  user.will(undefined);
  expect(await choose("cage.openDecrypted")).toBe(false);
  held.takesSettings = false;
  user.will("pipe");
  expect(await choose("cage.openDecrypted")).toBe(false);
  expect([held.settings.workspace, held.ran]).toEqual([{}, []]);
  expect(user.texts("information", "warning")).toEqual([]);
});

it("says so where another setting is still in force", async () => {
  held.settings.folder = { [setting]: "native" };
  const { choose } = await choosing();
  user.will("pipe");
  expect(await choose("cage.openDecrypted")).toBe(false);
  expect(user.texts("warning")).toEqual([expect.stringContaining("native is still used")]);
  expect(held.ran).toEqual([]);
});

it.each([
  ["Choose Another…", "cage.chooseStrategy"],
  ["Doctor", "cage.doctor"],
])("warns of one that can't do the file, and %s helps", async (button, command) => {
  const { choose, file } = await choosing({ hasProgram: false });
  user.will("pipe", button);
  expect(await choose("cage.openDecrypted")).toBe(false);
  expect(user.texts("warning")).toEqual([expect.stringContaining("can't do a.age here")]);
  await vi.waitFor(() => {
    expect(held.ran).toEqual([[command, file, "cage.openDecrypted"]]);
  });
});

it("does nothing more where that warning goes by", async () => {
  const { choose } = await choosing({ hasProgram: false });
  user.will("pipe");
  expect(await choose("cage.openDecrypted")).toBe(false);
  await new Promise(setImmediate);
  expect(held.ran).toEqual([]);
});

it("reads nothing but files, since a named pipe might never end", async () => {
  const { context } = await choosing();
  const { disk } = context.documentContext;
  const stream = vi.spyOn(disk, "stream");
  const facts = vi.spyOn(disk, "facts");
  facts.mockResolvedValueOnce({ ...(await disk.facts("/")), kind: "other" } as never);
  user.will(undefined);
  await chooseStrategyCommand(context, Uri.file("/w/pipe.age"), undefined);
  expect(stream).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

it("tells of a passphrase from the header, and saves again what could not be saved", async () => {
  const { choose, file } = await choosing({ words: "words" });
  const text = unsavedText(documentUri(file.fsPath));
  held.texts = [text];
  user.will("native");
  expect(await choose("save")).toBe(true);
  expect(user.last("pick").detail).toContain("Encrypted with a passphrase.");
  expect(text.isDirty).toBe(false);
});

it("is about documents with keys where the file is not one of age, or there is none", async () => {
  const { context } = await choosing();
  user.will("native", "native");
  const text = await desk().then((at) => at.put("b.txt", "text"));
  for (const uri of [Uri.file(text), undefined]) {
    expect(await chooseStrategyCommand(context, uri, undefined)).toBe(true);
    expect(user.last("pick").text).toBe("Choose Strategy for documents with keys");
  }
});
