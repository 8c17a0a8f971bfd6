import { Uri } from "vscode";
import { beforeEach, expect, it, vi } from "vitest";
import { chooseIdentityCommand } from "../../../src/vscode/commands/chooseIdentity";
import { AgeError } from "../../../src/age/errors";
import type { CommandContext } from "../../../src/vscode/commands/context";
import { ageFile, alice, desk, passphrase, text } from "../../documents/kit";

const fake = vi.hoisted(() => ({
  ...{ chosen: [] as object[], setting: [] as unknown[], told: [] as string[] },
}));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  ...{ ConfigurationTarget: { Global: 1 }, ViewColumn: { Active: -1 } },
  window: {
    tabGroups: { all: [] },
    showOpenDialog: () => Promise.resolve(fake.chosen),
    showInformationMessage: (told: string) => Promise.resolve(void fake.told.push(told)),
    showWarningMessage: (told: string) => Promise.resolve(void fake.told.push(told)),
    showErrorMessage: (told: string) => Promise.resolve(void fake.told.push(told)),
  },
  workspace: {
    getConfiguration: () => ({
      get: () => fake.setting,
      update: (_: string, value: unknown[]) => Promise.resolve(void (fake.setting = value)),
    }),
  },
}));

beforeEach(() => {
  Object.assign(fake, { chosen: [], setting: [], told: [] });
});

const ssh = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n";

it.each([
  ["an SSH key", ssh, "unsupported-identity"],
  ["encrypted data", "x".repeat(100), "invalid-identity"],
])("Choose Identity… uses no file of %s", async (_, content, code) => {
  const at = await desk();
  const isData = content !== ssh;
  const file = isData ? await ageFile(content, passphrase("right")) : content;
  fake.chosen = [Uri.file(await at.put("chosen", file))];
  at.prompts.passphrases = ["right"];
  const choosing = chooseIdentityCommand({ documentContext: at.context } as CommandContext, null);
  await expect(choosing).rejects.toMatchObject({ code });
  expect([fake.setting, fake.told]).toEqual([[], []]);
  expect(at.prompts.kinds).toEqual(isData ? ["passphrase"] : []);
});

it("Choose Identity… tells what it uses of a file, and what it can't use", async () => {
  const at = await desk();
  const path = await at.put("chosen", `${text(alice.encode())}\n${ssh}`);
  fake.chosen = [Uri.file(path)];
  await chooseIdentityCommand({ documentContext: at.context } as CommandContext, null);
  expect(fake.setting).toEqual([path]);
  expect(fake.told).toEqual([
    `Added the identity in ${path}. It also holds 1 SSH key, which this version can't use.`,
  ]);
});

/** Chooses a file with an identity for an encrypted file, which then opens or fails. */
async function choosing(failure: AgeError | null) {
  const at = await desk();
  const path = await at.put("other.txt", alice.encode());
  fake.chosen = [Uri.file(path)];
  const opened: string[] = [];
  const open = (file: string) => {
    opened.push(file);
    return failure === null ? Promise.resolve() : Promise.reject(failure);
  };
  const log = { failure: () => undefined };
  const context = { documentContext: at.context, opener: { open }, log };
  const result = await chooseIdentityCommand(
    context as unknown as CommandContext,
    Uri.file("/w/a.age"),
  );
  expect([opened, fake.setting]).toEqual([["/w/a.age"], [path]]);
  return { path, result };
}

it("Choose Identity… opens the file that it was run for", async () => {
  const { path, result } = await choosing(null);
  expect(fake.told).toEqual([`Added the identity in ${path}.`]);
  expect(result).toBeNull();
});

it("Choose Identity… tells in one message that the file stays closed, and its page why", async () => {
  const failure = new AgeError("no-identity-match", "no identity fits");
  const { path, result } = await choosing(failure);
  expect(fake.told).toEqual([`Added the identity in ${path}, but it does not open a.age.`]);
  expect(result).toBe(failure);
});

it("Choose Identity… tells in one message, too, of another reason", async () => {
  const failure = new AgeError("invalid-mac", "the header was changed");
  const { path, result } = await choosing(failure);
  const text = `Added the identity in ${path}. a.age: The header was changed.`;
  expect(fake.told).toEqual([expect.stringContaining(text)]);
  expect(result).toBe(failure);
});

it("Choose Identity… opens nothing where it was run for no file", async () => {
  const at = await desk();
  fake.chosen = [Uri.file(await at.put("other.txt", alice.encode()))];
  // The page of a failure without a file runs the command for the root.
  await chooseIdentityCommand(
    { documentContext: at.context } as unknown as CommandContext,
    Uri.file("/"),
  );
  expect(fake.told).toEqual([expect.stringContaining("Added the identity")]);
});
