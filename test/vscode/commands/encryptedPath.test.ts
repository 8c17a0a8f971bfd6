import { expect, it, vi } from "vitest";
import {
  copyEncryptedPathCommand,
  revealEncryptedCommand,
} from "../../../src/vscode/commands/encryptedPath";
import { documentUri } from "../../../src/vscode/uris";

const fake = vi.hoisted(() => ({ copied: [] as string[], ran: [] as string[] }));

vi.mock("vscode", async (original) => ({
  ...(await original<object>()),
  env: {
    clipboard: { writeText: (text: string) => Promise.resolve(void fake.copied.push(text)) },
  },
  commands: {
    executeCommand: (command: string, uri: { scheme: string; path: string }) =>
      Promise.resolve(void fake.ran.push(`${command} ${uri.scheme} ${uri.path}`)),
  },
}));

it("the path and the place in the Explorer of a decrypted tab are its encrypted file's", async () => {
  const tab = documentUri("/w/a.yaml.age");
  await copyEncryptedPathCommand(tab);
  await revealEncryptedCommand(tab);
  expect(fake.copied).toEqual(["/w/a.yaml.age"]);
  expect(fake.ran).toEqual(["revealInExplorer file /w/a.yaml.age"]);
});
