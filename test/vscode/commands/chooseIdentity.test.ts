import { Uri } from "vscode";
import { expect, it, vi } from "vitest";
import { AgeError } from "../../../src/age/errors";
import {
  addIdentityFile,
  chooseIdentityCommand,
} from "../../../src/vscode/commands/chooseIdentity";
import { ageFile, alice, desk, passphrase, text } from "../../documents/kit";
import { user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { commandDesk } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));

const identities = () => held.settings.user["cage.identities"];
const told = () => user.texts("information", "warning", "error");

const ssh = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n";

it.each([
  ["an SSH key", ssh, "unsupported-identity"],
  ["encrypted data", "x".repeat(100), "invalid-identity"],
])("Choose Identity… uses no file of %s", async (_, content, code) => {
  const at = await desk();
  const isData = content !== ssh;
  const file = isData ? await ageFile(content, passphrase("right")) : content;
  user.will(await at.put("chosen", file), ...(isData ? ["right"] : []));
  const { context } = await commandDesk({}, at);
  await expect(chooseIdentityCommand(context, null)).rejects.toMatchObject({ code });
  expect([identities(), told()]).toEqual([undefined, []]);
});

it("Choose Identity… tells what it uses of a file, and what it can't use", async () => {
  const at = await desk();
  const path = await at.put("chosen", `${text(alice.encode())}\n${ssh}`);
  user.will(path);
  await chooseIdentityCommand((await commandDesk({}, at)).context, null);
  expect(identities()).toEqual([path]);
  expect(told()).toEqual([
    `Added the identity in ${path}. It also holds 1 SSH key, which this version can't use.`,
  ]);
});

/** Chooses a file with an identity for an encrypted file, which then opens or fails. */
async function choosing(failure: AgeError | null) {
  const at = await desk();
  const path = await at.put("other.txt", alice.encode());
  user.will(path);
  const opened: string[] = [];
  const open = (file: string) => {
    opened.push(file);
    return failure === null ? Promise.resolve() : Promise.reject(failure);
  };
  const { context } = await commandDesk({ opener: { open } }, at);
  const result = await chooseIdentityCommand(context, Uri.file("/w/a.age"));
  expect([opened, identities()]).toEqual([["/w/a.age"], [path]]);
  return { path, result };
}

it("Choose Identity… opens the file that it was run for", async () => {
  const { path, result } = await choosing(null);
  expect(told()).toEqual([`Added the identity in ${path}.`]);
  expect(result).toBeNull();
});

it("Choose Identity… tells in one message that the file stays closed, and its page why", async () => {
  const failure = new AgeError("no-identity-match", "no identity fits");
  const { path, result } = await choosing(failure);
  expect(told()).toEqual([`Added the identity in ${path}, but it does not open a.age.`]);
  expect(result).toBe(failure);
});

it("Choose Identity… tells in one message, too, of another reason", async () => {
  const failure = new AgeError("invalid-mac", "the header was changed");
  const { path, result } = await choosing(failure);
  const text = `Added the identity in ${path}. a.age: The header was changed.`;
  expect(told()).toEqual([expect.stringContaining(text)]);
  expect(result).toBe(failure);
});

it("Choose Identity… opens nothing where it was run for no file", async () => {
  const at = await desk();
  user.will(await at.put("other.txt", alice.encode()));
  const { context, opened } = await commandDesk({}, at);
  // A failure without a file names the root.
  await chooseIdentityCommand(context, Uri.file("/"));
  expect(opened).toEqual([]);
  expect(told()).toEqual([expect.stringContaining("Added the identity")]);
});

it("Choose Identity… sets nothing where it is dismissed, and no file twice", async () => {
  user.will(undefined);
  expect(await chooseIdentityCommand((await commandDesk()).context, null)).toBeNull();
  expect([identities(), told()]).toEqual([undefined, []]);
  for (const path of ["/h/a", "/h/b", "/h/a"]) await addIdentityFile(path);
  expect(identities()).toEqual(["/h/a", "/h/b"]);
});
