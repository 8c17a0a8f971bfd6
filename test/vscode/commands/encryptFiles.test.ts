import { mkdir, readFile, writeFile } from "node:fs/promises";
import { Uri } from "vscode";
import { expect, it, vi } from "vitest";
import { encryptFilesCommand } from "../../../src/vscode/commands/encryptFiles";
import { AgeError } from "../../../src/age/errors";
import {
  alice,
  bob,
  bytes,
  carol,
  decrypted,
  desk,
  type Desk,
  expectNames,
  nameOf,
  text,
} from "../../documents/kit";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { commandDesk, unsavedText } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));
vi.mock("../../../src/age/scrypt", async (original) =>
  (await import("./cheapScrypt")).cheapScrypt(await original()),
);

/** Runs Encrypt File… or Encrypt Folder… on some paths. */
async function encrypt(at: Desk, kind: "files" | "folders", ...paths: readonly string[]) {
  const made = await commandDesk({}, at);
  const uris = paths.map((path) => Uri.file(path));
  await encryptFilesCommand(made.context, kind, uris[0], uris);
  return made;
}

const [onlyMe, keepIt, trashIt] = [
  "Only you",
  "Keep the original",
  "Move the original to the trash",
];

it("encrypts one file for whom the user chooses, beside it, and offers to open it", async () => {
  const at = await desk();
  const path = await at.put("a.txt", "text");
  user.will(onlyMe, "Armored", keepIt, "Open");
  await encrypt(at, "files", path);
  expect(await readFile(at.path("a.txt.age"), "utf8")).toMatch(/^-----BEGIN AGE/);
  expect(await decrypted(at.path("a.txt.age"), alice)).toBe("text");
  await expectNames(at.folder, "a.txt", "a.txt.age");
  expect(user.texts("information")).toEqual([
    expect.stringMatching(/^a\.txt\.age is encrypted for/),
  ]);
  await vi.waitFor(() => {
    expect(held.ran).toEqual([["cage.openDecrypted", Uri.file(at.path("a.txt.age"))]]);
  });
});

it.each([
  ["recipients", [undefined]],
  ["format", [onlyMe, undefined]],
  ["original", [onlyMe, "Binary", undefined]],
])("writes nothing where the question for the %s is dismissed", async (_, answers) => {
  const at = await desk();
  const path = await at.put("a.txt", "text");
  user.will(...answers);
  await encrypt(at, "files", path);
  await expectNames(at.folder, "a.txt");
});

it("asks before it encrypts once more, and before it overwrites", async () => {
  const at = await desk();
  const path = await at.encrypted("a.age", "text");
  user.will(undefined);
  await encrypt(at, "files", path);
  expect(user.texts()).toEqual(["a.age is encrypted already. Encrypt once more?"]);
  await at.put("a.age.age", "old");
  user.will("Encrypt Once More", onlyMe, "Binary", keepIt, undefined);
  await encrypt(at, "files", path);
  expect(await readFile(at.path("a.age.age"), "utf8")).toBe("old");
  expect(held.ran).toEqual([]);
  user.will("Encrypt Once More", onlyMe, "Binary", keepIt, "Overwrite");
  await encrypt(at, "files", path);
  expect(await decrypted(at.path("a.age.age"), alice)).toContain("age-encryption.org/v1");
  // Nobody pressed Open.
  await new Promise(setImmediate);
  expect(held.ran).toEqual([]);
});

it("trashes an original once its copy was compared, and shows the document instead", async () => {
  const at = await desk();
  const path = await at.put("a.txt", "text");
  const group = { viewColumn: 1, isActive: true };
  held.tabs = [{ input: { uri: Uri.file(path) }, isDirty: false, isActive: true, group }];
  user.will(onlyMe, "Binary", trashIt);
  const { opened } = await encrypt(at, "files", path);
  await expectNames(at.folder, "a.txt.age");
  expect(held.trashed).toEqual([path]);
  expect(user.last("information").text).toContain("1 original was moved to the trash.");
  expect(opened.map(([one]) => one)).toEqual([at.path("a.txt.age")]);
  expect(held.tabs).toEqual([]);
});

it("warns of a file that holds an identity, and never trashes it", async () => {
  const at = await desk();
  const path = await at.put("keys.txt", text(bob.encode()));
  user.will(undefined);
  await encrypt(at, "files", path);
  await expectNames(at.folder, "keys.txt");
  user.will("Encrypt Anyway", onlyMe, "Binary", trashIt);
  await encrypt(at, "files", path);
  await expectNames(at.folder, "keys.txt", "keys.txt.age");
  expect(user.last("information").text).toContain("kept, since it holds an identity");
});

it("keeps the passphrase of a file for its document, unless a lock came meanwhile", async () => {
  const at = await desk();
  const path = await at.put("a.txt", "text");
  const answers = ["A passphrase…", "words", "words", "Binary", keepIt];
  user.will(...answers);
  await encrypt(at, "files", path);
  expect(await decrypted(at.path("a.txt.age"), "words")).toBe("text");
  expect(at.keyring.passphraseFor(at.path("a.txt.age"))).toEqual(bytes("words"));
  const other = await at.put("b.txt", "text");
  const lock = (): void => {
    at.keyring.lock();
  };
  user.will(...answers.slice(0, 4), lock, keepIt);
  await encrypt(at, "files", other);
  expect(at.keyring.passphraseFor(at.path("b.txt.age"))).toBeNull();
});

it("saves what editors hold unsaved first, which it says with the question", async () => {
  const at = await desk();
  const path = await at.put("a.txt", "text");
  held.texts = [unsavedText(Uri.file(path), () => writeFile(path, "edited"))];
  user.will(onlyMe, "Binary", keepIt);
  await encrypt(at, "files", path);
  expect(user.last("pick").detail).toBe("The unsaved text of a.txt is saved to the disk first.");
  expect(await decrypted(at.path("a.txt.age"), alice)).toBe("edited");
});

it("goes no further where the strategy of the file can encrypt nothing here", async () => {
  const at = await desk();
  const unable = new AgeError("strategy-unable", "pipe can't");
  const strategies = { confirmUsable: () => Promise.reject(unable) };
  const { context } = await commandDesk({ strategies }, at);
  const uri = Uri.file(await at.put("a.txt", "text"));
  await expect(encryptFilesCommand(context, "files", uri, [uri])).rejects.toBe(unable);
  expect(user.shown).toEqual([]);
});

it("encrypts each file of a folder for its own list, and leaves out those without one", async () => {
  const at = await desk();
  for (const name of ["in", "in/b", "in/c"]) await mkdir(at.path(name));
  await at.put("in/b/.age-recipients", `${nameOf(alice)}\n${nameOf(bob)}\n`);
  await at.put("in/b/one.txt", "one");
  await at.put("in/c/.age-recipients", `${nameOf(alice)}\n${nameOf(carol)}\n`);
  await at.put("in/c/two.txt", "two");
  await at.put("in/three.txt", "three");
  const lists = "Everybody in the nearest list of each file";
  user.will(lists, "Binary", "Move the originals to the trash", "Encrypt 2 Files");
  await encrypt(at, "folders", at.path("in"));
  expect(user.texts("pick")[1]).toBe("Format of 3 files");
  expect(await decrypted(at.path("in/b/one.txt.age"), bob)).toBe("one");
  expect(await decrypted(at.path("in/c/two.txt.age"), carol)).toBe("two");
  await expectNames(at.path("in"), "b", "c", "three.txt");
  await expectNames(at.path("in/b"), ".age-recipients", "one.txt.age");
  const plan = user.shown.find(({ text }) => text === "Encrypt 2 Files?")?.detail;
  expect(plan).toContain("Each is encrypted for everybody in its list.");
  expect(plan).toContain("no recipients list applies");
});

it("encrypts a folder for one for all, and says which lists do not count", async () => {
  const at = await desk();
  await mkdir(at.path("in"));
  await at.put("in/.age-recipients", nameOf(bob));
  await at.put("in/one.txt", "one");
  user.will(onlyMe, "Binary", keepIt, "Encrypt 1 File");
  await encrypt(at, "folders", at.path("in"));
  expect(user.texts("pick")[1]).toBe("Format of 1 file");
  expect(await decrypted(at.path("in/one.txt.age"), alice)).toBe("one");
  const plan = user.shown.find(({ text }) => text === "Encrypt 1 File?")?.detail;
  const ignored = "1 recipients list of their folders is not used.";
  expect(plan).toContain(ignored);
  await mkdir(at.path("other"));
  await at.put("other/one.txt", "one");
  user.will(onlyMe, "Binary", keepIt, undefined);
  await encrypt(at, "folders", at.path("other"));
  expect(user.last("information").text).toBe("Encrypt 1 File?");
  expect(user.last("information").detail).not.toContain("not count");
});
