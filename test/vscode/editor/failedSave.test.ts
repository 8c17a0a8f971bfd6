import { beforeEach, expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { Uri } from "vscode";
import { saveError, tellFailedSave, tellMisplaced } from "../../../src/vscode/editor/failedSave";
import { scheme } from "../../../src/vscode/uris";

/**
 * The messages, and the numbers of commands: asked for, answered, and answered before the last
 * message.
 */
const fake = vi.hoisted(() => ({
  ...{ shown: [] as (readonly string[])[], asked: 0, answered: 0, answeredBefore: 0 },
  ...{ hidden: [] as number[], status: [] as string[] },
}));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  commands: {
    executeCommand: (id: string) => {
      fake.asked++;
      if (id === "notifications.hideToasts") fake.hidden.push(fake.shown.length);
      return new Promise((done) => setImmediate(done)).then(() => fake.answered++);
    },
  },
  window: {
    setStatusBarMessage: (text: string) => fake.status.push(text),
    showErrorMessage: (...texts: string[]) => {
      fake.shown.push(texts);
      fake.answeredBefore = fake.answered;
      return Promise.resolve(undefined);
    },
  },
}));

beforeEach(async () => {
  // Late answers to commands of the previous test must not count here.
  await new Promise(setImmediate);
  Object.assign(fake, {
    shown: [],
    asked: 0,
    answered: 0,
    answeredBefore: 0,
    hidden: [],
    status: [],
  });
});

it.each([
  [
    new AgeError("no-permission", "the file system is read-only"),
    "a.txt.age is not saved: The file system is read-only. Check who may read or write the file and its folder, then try again. Nothing was written. File: /w/a.txt.age",
    [],
  ],
  [
    new AgeError("disk-full", "the disk is full"),
    "a.txt.age is not saved: The disk is full. Free some space, then try again. The old file is untouched. File: /w/a.txt.age",
    [],
  ],
  [
    new Error("canary"),
    "a.txt.age is not saved: Something went wrong that Cage did not expect. Some of it may be done, so look at the file before you try again. The log says more. File: /w/a.txt.age",
    ["Show Log"],
  ],
])("a failed save is told in our words, with what to do: %s", async (error, text, buttons) => {
  await tellFailedSave("/w/a.txt.age", error);
  expect(fake.shown).toEqual([[text, ...buttons]]);
});

it("its message takes the place of VS Code's own", async () => {
  const telling = tellFailedSave("/w/a.txt.age", new AgeError("disk-full", "the disk is full"));
  // The save has to fail before VS Code can report it.
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  expect(fake.asked).toBe(0);
  await telling;
  expect(fake.answeredBefore).toBe(4);
  expect(fake.hidden).toEqual([0]);
});

it("what the user declined is told by nobody twice", async () => {
  await tellFailedSave("/w/a.txt.age", new AgeError("dismissed", "not saved"));
  const declined = { path: "/w/a.txt.age", isDeclined: true };
  await tellFailedSave("/w/a.txt.age", new AgeError("changed-on-disk", "not saved", declined));
  expect(fake.shown).toEqual([]);
  expect(fake.status).toEqual(Array(2).fill("Not saved: a.txt.age"));
  expect(fake.hidden).toEqual([0, 0]);
  await tellFailedSave("/w/a.txt.age", new AgeError("changed-on-disk", "it changed meanwhile"));
  expect(fake.shown).toHaveLength(1);
});

it.each([
  [
    "/w/new.yaml",
    "new.yaml can't be saved: decrypted text goes only into the encrypted file that it came from. Save it there and copy that file, or use New Encrypted File….",
  ],
  [
    "/w/b.yaml.age",
    "b.yaml.age is the name of an encrypted file: nothing is written there unencrypted. Choose another name, or use New Encrypted File….",
  ],
  [
    "/w/b.yaml.age/b.yaml",
    "There is no encrypted file b.yaml.age to save into. Make it with New Encrypted File… first.",
  ],
])("Save As… to %s is told after VS Code's own message", async (path, text) => {
  await tellMisplaced(Uri.from({ scheme, path }));
  expect(fake.shown).toEqual([[text, "New Encrypted File…"]]);
  expect(fake.answeredBefore).toBe(4);
  expect(fake.hidden).toEqual([0]);
});

it.each([
  [
    new AgeError("disk-full", "the disk is full"),
    "Not saved: /w/a.txt.age: The disk is full. Free some space, then try again. The old file is untouched.",
  ],
  [new AgeError("dismissed", "not saved"), "Not saved: /w/a.txt.age"],
])("VS Code is given our words and the real path for its own: %s", (error, text) => {
  const uri = Uri.from({ scheme, path: "/w/a.txt.age/a.txt" });
  expect(String(saveError(uri, error))).toBe(text);
});

it("a document that is locked keeps the class of its error", () => {
  const uri = Uri.from({ scheme, path: "/w/a.txt.age/a.txt" });
  const locked = new AgeError("locked", "the file is locked");
  expect(saveError(uri, locked)).toMatchObject({ code: "NoPermissions" });
});
