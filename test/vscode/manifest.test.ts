import { describe, expect, it } from "vitest";
import packageJson from "../../package.json";

describe("package.json", () => {
  it("does not promise what VS Code's backups and Decrypt File… break", () => {
    expect(packageJson.description).not.toContain("never rests");
    expect(packageJson.description).toContain("unless you ask");
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
