import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { actionCommands } from "../../src/vscode/errors";
import packageJson from "../../package.json";

describe("package.json", () => {
  it("does not promise what VS Code's backups and Decrypt File… break", () => {
    expect(packageJson.description).not.toContain("never rests");
    expect(packageJson.description).toContain("unless you ask");
  });

  it("lets no untrusted workspace choose recipients or a strategy", () => {
    expect(packageJson.capabilities.untrustedWorkspaces.restrictedConfigurations).toEqual([
      "cage.recipients",
      "cage.streaming.strategy",
    ]);
  });

  it("has every command that a button runs", () => {
    const commands = packageJson.contributes.commands.map(({ command }) => command);
    expect(commands).toEqual(expect.arrayContaining([...actionCommands]));
  });

  it("has the commands that are registered, and no others", async () => {
    const source = await readFile("src/vscode/commands/commands.ts", "utf8");
    const registered = Array.from(source.matchAll(/^ {4}"(cage\.\w+)":/gm), ([, id]) => id);
    const commands = packageJson.contributes.commands.map(({ command }) => command);
    expect(registered).toContain("cage.copyDoctorReport");
    expect(registered.sort()).toEqual(commands.sort());
  });

  it("offers in the Explorer nothing for a folder that is for files", () => {
    const entries = packageJson.contributes.menus["explorer/context"];
    const forFolders = entries
      .filter(({ when }) => !when.includes("!explorerResourceIsFolder"))
      .map(({ command }) => command);
    expect(forFolders).toEqual([
      "cage.encryptFolder",
      "cage.decryptFolder",
      "cage.newEncryptedFile",
    ]);
  });
});
