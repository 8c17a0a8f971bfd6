import { expect, it, vi } from "vitest";
import { pickFormat } from "../../../src/vscode/commands/formatPicker";
import { user } from "../fakeUser";

vi.mock("vscode", () => import("../fakeWindow"));

it.each([
  ["Binary", "binary"],
  ["Armored", "armored"],
  [undefined, null],
])("the format is the one that is chosen: %s", async (label, format) => {
  user.will(label);
  expect(await pickFormat("a.age")).toBe(format);
  expect(user.texts()).toEqual(["Format of a.age"]);
});
