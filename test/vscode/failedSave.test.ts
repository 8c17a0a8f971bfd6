import { beforeEach, expect, it, vi } from "vitest";
import { AgeError } from "../../src/age/errors";
import { tellFailedSave } from "../../src/vscode/failedSave";

const shown = vi.hoisted(() => [] as (readonly string[])[]);

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  commands: { executeCommand: () => Promise.resolve() },
  window: {
    showErrorMessage: (...texts: string[]) => {
      shown.push(texts);
      return Promise.resolve(undefined);
    },
  },
}));

beforeEach(() => {
  shown.length = 0;
});

it.each([
  [
    new AgeError("no-permission", "the file system is read-only"),
    "a.txt.age is not saved: The file system is read-only. Check who may read or write the file and its folder, then try again. Nothing was written.",
    [],
  ],
  [
    new AgeError("disk-full", "the disk is full"),
    "a.txt.age is not saved: The disk is full. Free some space, then try again. The old file is untouched.",
    [],
  ],
  [
    new Error("canary"),
    "a.txt.age is not saved: Something went wrong that Cage did not expect. Nothing was written. See the log for what it was.",
    ["Show Log"],
  ],
])("a failed save is told in our words, with what to do: %s", async (error, text, buttons) => {
  await tellFailedSave("/w/a.txt.age", error);
  expect(shown).toEqual([[text, ...buttons]]);
});

it("what the user declined is told by nobody twice", async () => {
  await tellFailedSave("/w/a.txt.age", new AgeError("dismissed", "not saved"));
  const declined = { path: "/w/a.txt.age", isDeclined: true };
  await tellFailedSave("/w/a.txt.age", new AgeError("changed-on-disk", "not saved", declined));
  expect(shown).toEqual([]);
  await tellFailedSave("/w/a.txt.age", new AgeError("changed-on-disk", "it changed meanwhile"));
  expect(shown).toHaveLength(1);
});
