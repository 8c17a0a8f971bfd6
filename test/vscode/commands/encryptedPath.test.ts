import { Uri } from "vscode";
import { expect, it, vi } from "vitest";
import {
  copyEncryptedPathCommand,
  revealEncryptedCommand,
} from "../../../src/vscode/commands/encryptedPath";
import { documentUri } from "../../../src/vscode/uris";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";

vi.mock("vscode", () => import("../fakeWindow"));

it("the path and the place in the Explorer of a decrypted tab are its encrypted file's", async () => {
  const tab = documentUri("/w/a.yaml.age");
  await copyEncryptedPathCommand(tab);
  await revealEncryptedCommand(tab);
  expect(held.clipboard).toEqual(["/w/a.yaml.age"]);
  expect(held.ran).toEqual([["revealInExplorer", Uri.file("/w/a.yaml.age")]]);
});

it("nothing is copied or revealed where the question for the file is dismissed", async () => {
  user.will(undefined, undefined);
  await copyEncryptedPathCommand(undefined);
  await revealEncryptedCommand(undefined);
  expect([held.clipboard, held.ran]).toEqual([[], []]);
});
