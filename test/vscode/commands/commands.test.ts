import { readFile } from "node:fs/promises";
import { commands, Uri } from "vscode";
import { expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { registerCommands } from "../../../src/vscode/commands/commands";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { commandDesk } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

/** The arguments of each command that ran, behind the name of its function. */
const ran = vi.hoisted(() => [] as unknown[][]);
const failure = vi.hoisted(() => ({ error: null as Error | null }));

/** Has all functions of a module record that they ran; the first argument, the context, is left. */
function recording(module: object): object {
  const record = (name: string) =>
    function recorded(...args: unknown[]): Promise<string> {
      ran.push([name, ...args]);
      return failure.error === null ? Promise.resolve("done") : Promise.reject(failure.error);
    };
  return Object.fromEntries(Object.keys(module).map((name) => [name, record(name)]));
}

vi.mock("../../../src/vscode/commands/chooseIdentity", async (real) => recording(await real()));
vi.mock("../../../src/vscode/commands/chooseStrategy", async (real) => recording(await real()));
vi.mock("../../../src/vscode/commands/compareDraft", async (real) => recording(await real()));
vi.mock("../../../src/vscode/commands/decryptFiles", async (real) => recording(await real()));
vi.mock("../../../src/vscode/commands/doctor", async (real) => recording(await real()));
vi.mock("../../../src/vscode/commands/editAnyway", async (real) => recording(await real()));
vi.mock("../../../src/vscode/commands/encryptFiles", async (real) => recording(await real()));
vi.mock("../../../src/vscode/commands/encryptedPath", async (real) => recording(await real()));
vi.mock("../../../src/vscode/commands/generateIdentity", async (real) => recording(await real()));
vi.mock("../../../src/vscode/commands/menu", async (real) => recording(await real()));
vi.mock("../../../src/vscode/commands/newEncryptedFile", async (real) => recording(await real()));
vi.mock("../../../src/vscode/commands/openDecrypted", async (real) => recording(await real()));
vi.mock("../../../src/vscode/commands/openRaw", async (real) => recording(await real()));
vi.mock("../../../src/vscode/commands/reencrypt", async (real) => recording(await real()));
vi.mock("../../../src/vscode/commands/restoreVersion", async (real) => recording(await real()));
vi.mock("../../../src/vscode/commands/unfinished", async (real) => recording(await real()));
vi.mock("../../../src/vscode/commands/useNative", async (real) => recording(await real()));

const uri = Uri.file("/w/a.age");
const more = [uri];

async function registered() {
  Object.assign(failure, { error: null });
  ran.length = 0;
  const lock = (which: string) => () => Promise.resolve(ran.push([which]));
  const made = await commandDesk({
    windowLocks: { lockThis: lock("lockThis"), lockAll: lock("lockAll") },
  });
  return { ...made, disposable: registerCommands(made.context) };
}

it("every command of the manifest runs its function, with the arguments that it takes", async () => {
  const { context, disposable } = await registered();
  for (const id of held.commands.keys()) await commands.executeCommand(id, uri, more);
  expect(ran).toEqual([
    ["openDecryptedCommand", context, uri, more],
    ["openRawCommand", context, uri, more],
    ["copyEncryptedPathCommand", uri],
    ["revealEncryptedCommand", uri],
    ["encryptFilesCommand", context, "files", uri, more],
    ["encryptFilesCommand", context, "folders", uri, more],
    ["decryptFilesCommand", context, "files", uri, more],
    ["decryptFilesCommand", context, "folders", uri, more],
    ["showUnfinishedCommand", context],
    ["newEncryptedFileCommand", context, uri],
    ["generateIdentityCommand", context],
    ["chooseIdentityCommand", context, uri],
    ["reencryptCommand", context, uri, more],
    ["editAnywayCommand", context, uri],
    ["compareDraftCommand", context, uri],
    ["restoreVersionCommand", context, uri],
    ["restoreComparedCommand", context, uri],
    ["lockThis"],
    ["lockAll"],
    ["showMenu", "locked"],
    ["chooseStrategyCommand", context, uri, more],
    ["useNativeCommand", uri, more],
    ["doctorCommand", context, uri],
    ["copyDoctorReportCommand", context, uri],
  ]);
  // These two have no function of their own: one says that no report was made, one shows the log.
  expect(user.texts("information")).toEqual(["No report was made in this window yet."]);
  const manifest = JSON.parse(await readFile("package.json", "utf8")) as {
    readonly contributes: { readonly commands: readonly { readonly command: string }[] };
  };
  const named = manifest.contributes.commands.map(({ command }) => command);
  expect(named.filter((id) => !held.commands.has(id))).toEqual([]);
  disposable.dispose();
  expect(held.commands.size).toBe(0);
});

it("a command returns what its function does, and its failure is told once and logged", async () => {
  const { logged } = await registered();
  expect(await commands.executeCommand("cage.useNative", uri)).toBe("done");
  failure.error = new AgeError("disk-full", "the disk is full");
  expect(await commands.executeCommand("cage.reencrypt", uri)).toBeUndefined();
  expect(user.texts("error")).toEqual([expect.stringMatching(/^a\.age: The disk is full\./)]);
  expect(logged).toEqual(["error cage.reencrypt /w/a.age: disk-full: the disk is full"]);
});

it("a failure that another strategy may help offers that, and to do the command again", async () => {
  await registered();
  failure.error = new AgeError("strategy-unable", "no strategy can do it");
  user.will("Use Native");
  await commands.executeCommand("cage.reencrypt", uri);
  await vi.waitFor(() => {
    expect(held.ran.at(-1)).toEqual(["cage.useNative", uri, "cage.reencrypt"]);
  });
});

it("who declined is told nothing", async () => {
  const { logged } = await registered();
  failure.error = new AgeError("dismissed", "not saved");
  await commands.executeCommand("cage.reencrypt", uri);
  expect([user.shown, logged]).toEqual([[], []]);
});
