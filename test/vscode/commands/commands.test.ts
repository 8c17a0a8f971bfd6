import { Uri } from "vscode";
import { expect, it, vi } from "vitest";
import { commands } from "../../../src/vscode/commands/commands";
import { user } from "../fakeUser";
import { commandDesk } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

/** The arguments of each command that ran, behind the name of its function. */
const ran = vi.hoisted(() => [] as unknown[][]);

/** Has all functions of a module record that they ran, with the arguments that they take. */
function recording(module: object): object {
  const record = ([name, { length }]: [string, { length: number }]) =>
    function recorded(...args: unknown[]): Promise<string> {
      ran.push([name, ...args.slice(0, length)]);
      return Promise.resolve("done");
    };
  const functions = Object.entries(module) as [string, { length: number }][];
  return Object.fromEntries(functions.map((one) => [one[0], record(one)]));
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
vi.mock("../../../src/vscode/commands/showUnfinished", async (real) => recording(await real()));
vi.mock("../../../src/vscode/commands/useNative", async (real) => recording(await real()));

const uri = Uri.file("/w/a.age");
const more = [uri];

it("each command runs its function, with the arguments that it takes", async () => {
  const { context } = await commandDesk();
  for (const command of Object.values(commands)) await command(context, uri, more);
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
    ["showMenu", "locked"],
    ["chooseStrategyCommand", context, uri, more],
    ["useNativeCommand", uri, more],
    ["doctorCommand", context, uri],
    ["copyDoctorReportCommand", context, uri],
  ]);
  // Show Last Report has no function of its own.
  expect(user.texts("information")).toEqual(["There is no report in this window yet."]);
});
