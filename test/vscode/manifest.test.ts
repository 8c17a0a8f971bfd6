import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { encryptedSuffixes, setEncryptedNames } from "../../src/documents/disk/encryptedNames";
import { actionCommands } from "../../src/vscode/wording/failureText";
import { comparisonScheme } from "../../src/vscode/tabs";
import { oldScheme, scheme } from "../../src/vscode/uris";
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
    // These two can be set for a folder, but an untrusted workspace's values do not count.
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
    const sources = await Promise.all(
      ["commands", "registration"].map((name) =>
        readFile(`src/vscode/commands/${name}.ts`, "utf8"),
      ),
    );
    const entry = /^ {2}"(cage\.\w+)":/gm;
    const registered = Array.from(sources.join("\n").matchAll(entry), ([, id]) => id);
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

describe("the scheme of decrypted documents", () => {
  const { activationEvents, contributes } = packageJson;

  it("is longer than a name on a disk can be, in words to its end", () => {
    expect(scheme.length).toBeGreaterThan(255);
    expect(scheme.length).toBeLessThanOrEqual(270);
    expect(scheme).toMatch(/^cage-[a-z0-9]+(-[a-z0-9]+)+$/);
  });

  it("stands wherever the manifest needs it", () => {
    // The old scheme lets Cage take over what earlier versions left in the window.
    expect(activationEvents).toEqual([
      ...[`onFileSystem:${scheme}`, `onFileSystem:${oldScheme}`, "onStartupFinished"],
    ]);
    const patterns = contributes.customEditors.flatMap(({ selector }) =>
      selector.map(({ filenamePattern }) => filenamePattern),
    );
    expect(patterns.filter((pattern) => pattern.includes(":"))).toEqual([
      `${scheme}:/**/*.{png,jpg,jpeg,gif,webp,bmp,ico,avif}`,
    ]);
    const ofDocuments = contributes.menus["editor/title"]
      .filter(({ when }) => when === `resourceScheme == ${scheme}`)
      .map(({ command }) => command);
    expect(ofDocuments).toEqual([
      ...["cage.lockNow", "cage.reencrypt", "cage.restoreVersion"],
      ...["cage.openRaw", "cage.decryptFile"],
    ]);
    expect(contributes.resourceLabelFormatters.map((one) => one.scheme)).toEqual([scheme]);
  });

  it("is spelled in no other way", () => {
    const text = JSON.stringify(packageJson);
    expect(text.split(scheme)).toHaveLength(1 + 1 + 1 + 5 + 2 + 1);
    expect(text.replaceAll(scheme, "")).not.toMatch(/cage-decrypted|cage:\//);
    const schemes = Array.from(text.matchAll(/resourceScheme == ([\w-]+)/g), ([, name]) => name);
    expect(new Set(schemes)).toEqual(new Set([scheme, comparisonScheme, "file"]));
  });

  it("is not shown: paths are, with the separators of the system", () => {
    const {
      resourceLabelFormatters: [formatter],
    } = contributes;
    expect(formatter?.formatting).toEqual({
      label: "${authority}${path}",
      authorityPrefix: "//",
      normalizeDriveLetter: true,
      tildify: true,
    });
  });

  it("is none of the others", () => {
    expect(new Set([scheme, oldScheme, comparisonScheme, "file"]).size).toBe(4);
  });
});
