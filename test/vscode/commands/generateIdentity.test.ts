import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { expect, it, vi } from "vitest";
import { generateIdentityCommand } from "../../../src/vscode/commands/generateIdentity";
import { parseIdentityFile } from "../../../src/keys/identityFile";
import { alice, decrypted, desk, expectNames, text } from "../../documents/kit";
import { enter, user } from "../fakeUser";
import { held } from "../fakeWorkspace";
import { commandDesk } from "./kit";

vi.mock("vscode", () => import("../fakeWindow"));
vi.mock("../../../src/age/scrypt", async (original) =>
  (await import("./cheapScrypt")).cheapScrypt(await original()),
);

const byMode = "File permissions";
const byPassphrase = "A passphrase";

/** The recipients of the identities in a text. */
async function recipientsIn(content: string): Promise<readonly string[]> {
  const parsed = await parseIdentityFile(new TextEncoder().encode(content), "test");
  if (parsed.kind === "encrypted") return expect.fail("it is encrypted");
  return parsed.identities.map(({ recipient }) => recipient.toString());
}

it("makes an identity that only its owner can read, adds it to the settings and copies it", async () => {
  const { at, context } = await commandDesk();
  const path = at.path("new/keys.txt");
  held.settings.user["cage.identities"] = ["/h/other"];
  user.will(path, byMode, "Copy Recipient");
  await generateIdentityCommand(context);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const [recipient = "none", ...others] = await recipientsIn(await readFile(path, "utf8"));
  expect(others).toEqual([]);
  expect(held.settings.user["cage.identities"]).toEqual(["/h/other", path]);
  expect(user.texts("information")).toEqual([expect.stringContaining(recipient)]);
  await vi.waitFor(() => {
    expect(held.clipboard).toEqual([recipient]);
  });
});

it("offers a place in the home folder, and takes no path that is not absolute", async () => {
  const { at, context } = await commandDesk();
  vi.stubEnv("HOME", at.folder);
  user.will("keys.txt", "~/keys.txt", byMode);
  await generateIdentityCommand(context);
  expect(user.refused).toEqual([["keys.txt", "Type an absolute path."]]);
  user.will(enter, byMode);
  await generateIdentityCommand(context);
  const paths = ["/keys.txt", "/.config/age/keys.txt"].map((name) => `${homedir()}${name}`);
  expect(held.settings.user["cage.identities"]).toEqual(paths);
  vi.unstubAllEnvs();
});

it("adds to a file only if the user agrees, and what is in it stays", async () => {
  const { at, context } = await commandDesk();
  const path = await at.put("keys.txt", alice.encode());
  user.will(path, undefined);
  await generateIdentityCommand(context);
  expect(await readFile(path, "utf8")).toBe(text(alice.encode()));
  user.will(path, "Add", byMode);
  await generateIdentityCommand(context);
  const recipients = await recipientsIn(await readFile(path, "utf8"));
  expect(recipients[0]).toBe(alice.recipient.toString());
  expect(recipients).toHaveLength(2);
});

it("encrypts the identity with a passphrase", async () => {
  const { at, context } = await commandDesk();
  const path = at.path("keys.age");
  user.will(path, byPassphrase, "some words", "some words");
  await generateIdentityCommand(context);
  expect(await readFile(path, "utf8")).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----/);
  expect(await recipientsIn(await decrypted(path, "some words"))).toHaveLength(1);
});

it("writes no plain identity under the name of an encrypted file", async () => {
  const { at, context } = await commandDesk();
  user.will(at.path("keys.age"), byMode);
  await expect(generateIdentityCommand(context)).rejects.toMatchObject({ code: "encrypted-name" });
  await expectNames(at.folder);
});

it.each([
  ["path", [undefined]],
  ["protection", ["keys.age", undefined]],
  ["passphrase", ["keys.age", byPassphrase, undefined]],
])("makes nothing where the question for the %s is dismissed", async (_, answers) => {
  const at = await desk();
  const { context } = await commandDesk({}, at);
  user.will(...answers.map((one) => (one === "keys.age" ? at.path(one) : one)));
  await generateIdentityCommand(context);
  await expectNames(at.folder);
  expect([held.settings.user, user.texts("information")]).toEqual([{}, []]);
});
