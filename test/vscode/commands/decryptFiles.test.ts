import { mkdir, readFile, stat } from "node:fs/promises";
import { Uri } from "vscode";
import { expect, it, vi } from "vitest";
import { decryptFilesCommand } from "../../../src/vscode/commands/decryptFiles";
import { bob, desk, expectNames, passphrase, type Desk } from "../../documents/kit";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { documentUri } from "../../../src/vscode/uris";
import { commandDesk, unsavedText } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

/** Runs Decrypt File… or Decrypt Folder… on some paths. */
async function decrypt(at: Desk, kind: "files" | "folders", ...paths: readonly string[]) {
  const made = await commandDesk({}, at);
  const uris = paths.map((path) => Uri.file(path));
  await decryptFilesCommand(made.context, kind, uris[0], uris);
  return made;
}

it("writes the plaintext of one file where the user says, readable for the user only", async () => {
  const at = await desk();
  const path = await at.encrypted("a.txt.age", "text");
  user.will(at.path("other"));
  await decrypt(at, "files", path);
  expect(user.last("save").detail).toBe(at.path("a.txt"));
  expect(await readFile(at.path("other"), "utf8")).toBe("text");
  expect((await stat(at.path("other"))).mode & 0o777).toBe(0o600);
  expect(user.texts("information")).toEqual([
    expect.stringMatching(/^other is decrypted \(.*delete it when you are done\.$/),
  ]);
});

it("writes nothing where the dialog is dismissed, or an existing file is to stay", async () => {
  const at = await desk();
  const path = await at.encrypted("a.age", "text");
  user.will(undefined);
  await decrypt(at, "files", path);
  await expectNames(at.folder, "a.age");
  user.will(await at.put("a", "old"), undefined);
  await decrypt(at, "files", path);
  expect(await readFile(at.path("a"), "utf8")).toBe("old");
  user.will(at.path("a"), "Overwrite");
  await decrypt(at, "files", path);
  expect(await readFile(at.path("a"), "utf8")).toBe("text");
});

it("does nothing where the question for files is dismissed", async () => {
  const { context } = await commandDesk();
  user.will(undefined);
  await decryptFilesCommand(context, "files", undefined, undefined);
  expect(user.texts()).toEqual(["Decrypt Files"]);
});

it("writes no plaintext under the name of an encrypted file", async () => {
  const at = await desk();
  const path = await at.encrypted("a.age", "text");
  user.will(at.path("b.age"));
  await expect(decrypt(at, "files", path)).rejects.toMatchObject({ code: "encrypted-name" });
  await expectNames(at.folder, "a.age");
});

it("saves what the editor holds unsaved first", async () => {
  const at = await desk();
  const path = await at.encrypted("a.age", "text");
  held.texts = [unsavedText(documentUri(path), () => at.encrypted("a.age", "edited"))];
  user.will(at.path("a"));
  await decrypt(at, "files", path);
  expect(await readFile(at.path("a"), "utf8")).toBe("edited");
  held.texts = [unsavedText(documentUri(path), () => false)];
  user.will(at.path("b"));
  await decrypt(at, "files", path);
  await expectNames(at.folder, "a", "a.age");
});

it("of a folder shows a plan, and what it means, and decrypts each file beside itself", async () => {
  const at = await desk();
  await mkdir(at.path("in"));
  await at.encrypted("in/a.age", "one");
  await at.encrypted("in/b.age", "two");
  await at.put("in/c.txt", "plain");
  user.will(undefined);
  await decrypt(at, "folders", at.path("in"));
  await expectNames(at.path("in"), "a.age", "b.age", "c.txt");
  expect(user.last("information")).toMatchObject({ text: "Decrypt 2 Files?" });
  expect(user.last("information").detail).toContain("The plaintext will lie on the disk");
  user.will("Decrypt 2 Files");
  await decrypt(at, "folders", at.path("in"));
  expect(await readFile(at.path("in/a"), "utf8")).toBe("one");
  expect(await readFile(at.path("in/b"), "utf8")).toBe("two");
});

it("files after a lock are decrypted with the keys at hand, and without a question", async () => {
  const at = await desk();
  await at.encrypted("a.age", "one", passphrase("one"));
  await at.encrypted("b.age", "two", passphrase("two"));
  await at.encrypted("c.age", "three", bob);
  await at.encrypted("d.age", "four");
  const lock = (): void => {
    at.keyring.lock();
  };
  user.will("Decrypt 4 Files", "one", lock, "two");
  const paths = ["a.age", "b.age", "c.age", "d.age"].map(at.path);
  const { logged } = await decrypt(at, "files", ...paths);
  expect(user.texts("input")).toEqual(["Passphrase for a.age", "Passphrase for b.age"]);
  expect(await readFile(at.path("a"), "utf8")).toBe("one");
  expect(await readFile(at.path("d"), "utf8")).toBe("four");
  expect(logged.filter((line) => line.includes(at.path("c.age")))).toHaveLength(1);
});
