import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { TabInputCustom, Uri } from "vscode";
import { expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import { newEncryptedFileCommand } from "../../../src/vscode/commands/newEncryptedFile";
import { viewType } from "../../../src/vscode/editor/openRedirect";
import { alice, bytes, decrypted, desk, expectNames, type Desk } from "../../documents/kit";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { commandDesk } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));
vi.mock("../../../src/age/scrypt", async (original) =>
  (await import("./cheapScrypt")).cheapScrypt(await original()),
);

const onlyMe = "Only you";

/** Runs the command for a path. @returns the files that were opened. */
async function run(at: Desk, path?: string): Promise<readonly string[]> {
  const { context, opened } = await commandDesk({}, at);
  await newEncryptedFileCommand(context, path === undefined ? undefined : Uri.file(path));
  return opened.map(([one]) => one);
}

it("an empty file that New File… left becomes an encrypted one, with no question about it", async () => {
  const at = await desk();
  const path = await at.put("made.yaml.age", "");
  const page = new TabInputCustom(Uri.file(path), viewType);
  held.tabs = [{ input: page, isActive: true }];
  user.will(onlyMe, "Binary");
  expect(await run(at, path)).toEqual([path]);
  expect(user.texts()).toEqual(["Recipients of made.yaml.age", "Format of made.yaml.age"]);
  expect(await decrypted(path, alice)).toBe("");
  // The page that said that the file is empty.
  expect(held.tabs).toEqual([]);
});

it("a file that holds something is not replaced without a question, nor what a link leads to", async () => {
  const at = await desk();
  const full = await at.put("full.age", "something");
  await at.put("empty", "");
  await symlink("empty", at.path("link.age"));
  for (const [file, question] of [
    [full, "full.age exists already."],
    [at.path("link.age"), "link.age is a link. Overwrite the file that it leads to?"],
  ] as const) {
    user.will(onlyMe, "Binary", undefined);
    expect(await run(at, file)).toEqual([]);
    expect(user.last().text).toBe(question);
  }
  expect(await readFile(full, "utf8")).toBe("something");
  expect(await readFile(at.path("empty"), "utf8")).toBe("");
});

it("in a folder it asks where, also if the folder has the suffix of an encrypted file", async () => {
  const at = await desk();
  await mkdir(at.path("plain"));
  await writeFile(at.path("plain/x"), "");
  user.will(at.path("plain/new.yaml"), onlyMe, "Armored");
  expect(await run(at, at.path("plain"))).toEqual([at.path("plain/new.yaml.age")]);
  expect(user.shown[0]).toMatchObject({ kind: "save", detail: at.path("plain/secrets.yaml.age") });
  expect(await readFile(at.path("plain/new.yaml.age"), "utf8")).toMatch(/^-----BEGIN AGE/);
});

it("from the palette it offers the folder of the workspace, and takes a suffix as it is typed", async () => {
  const at = await desk();
  held.folders = [at.folder];
  user.will(at.path("a.cage"), onlyMe, "Binary");
  expect(await run(at)).toEqual([at.path("a.cage")]);
  expect(user.shown[0]?.detail).toBe(at.path("secrets.yaml.age"));
});

it("keeps the passphrase that was chosen, so that the file opens without a question", async () => {
  const at = await desk();
  user.will("A passphrase…", "words", "words", "Binary");
  await run(at, at.path("a.age"));
  expect(at.keyring.passphraseFor(at.path("a.age"))).toEqual(bytes("words"));
  expect(await decrypted(at.path("a.age"), "words")).toBe("");
});

it.each([
  ["place", [undefined]],
  ["recipients", ["a", undefined]],
  ["format", ["a", onlyMe, undefined]],
])("makes nothing where the question for the %s is dismissed", async (_, answers) => {
  const at = await desk();
  user.will(...answers.map((one) => (one === "a" ? at.path(one) : one)));
  expect(await run(at)).toEqual([]);
  await expectNames(at.folder);
});

it("goes no further where the strategy of the file can encrypt nothing here", async () => {
  const at = await desk();
  const unable = new AgeError("strategy-unable", "pipe can't");
  const strategies = { confirmUsable: () => Promise.reject(unable) };
  const { context } = await commandDesk({ strategies }, at);
  const making = newEncryptedFileCommand(context, Uri.file(at.path("a.age")));
  await expect(making).rejects.toBe(unable);
  expect(user.shown).toEqual([]);
});
