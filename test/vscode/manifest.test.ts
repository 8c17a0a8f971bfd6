import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { encryptedSuffixes, setEncryptedNames } from "../../src/documents/names";
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

  it("lets no repository choose what belongs to the user", () => {
    const { properties } = packageJson.contributes.configuration;
    const scopes = Object.entries(properties).map(([name, { scope }]) => [name, scope] as const);
    const own = scopes.filter(([, scope]) => scope === "machine" || scope === "application");
    const others = scopes.filter((one) => !own.includes(one)).map(([name]) => name);
    // These two count for a folder, and from an untrusted workspace not at all.
    expect(others.sort()).toEqual(["cage.recipients", "cage.streaming.strategy"]);
  });

  it("lets no repository say which files are encrypted", () => {
    const { scope, default: names } =
      packageJson.contributes.configuration.properties["cage.files"];
    expect(scope).toBe("machine");
    expect(setEncryptedNames(names)).toEqual([]);
    expect(encryptedSuffixes()).toEqual([".age", ".cage"]);
  });

  it("takes diffs of encrypted files, which would be text that can be edited", () => {
    for (const { priority } of packageJson.contributes.customEditors) {
      expect(priority).toEqual({ textEditor: "default", diffEditor: "default" });
    }
  });

  it("makes no file read-only, which would take Rename away in the Explorer", async () => {
    expect(JSON.stringify(packageJson.contributes.configurationDefaults)).not.toContain("readonly");
    const source = await readFile("src/vscode/commands/commands.ts", "utf8");
    expect(source).not.toContain("ReadonlyInSession");
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
