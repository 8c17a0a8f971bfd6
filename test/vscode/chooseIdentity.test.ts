import { Uri } from "vscode";
import { beforeEach, expect, it, vi } from "vitest";
import { chooseIdentityCommand } from "../../src/vscode/commands/chooseIdentity";
import type { CommandContext } from "../../src/vscode/commands/context";
import { ageFile, alice, desk, passphrase, text } from "../documents/kit";

const fake = vi.hoisted(() => ({
  ...{ chosen: [] as object[], setting: [] as unknown[], told: [] as string[] },
}));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  ConfigurationTarget: { Global: 1 },
  window: {
    showOpenDialog: () => Promise.resolve(fake.chosen),
    showInformationMessage: (told: string) => Promise.resolve(void fake.told.push(told)),
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
