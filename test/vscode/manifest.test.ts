import { describe, expect, it } from "vitest";
import packageJson from "../../package.json";

describe("package.json", () => {
  it("does not promise what VS Code's backups and Decrypt File… break", () => {
    expect(packageJson.description).not.toContain("never rests");
    expect(packageJson.description).toContain("unless you ask");
  });

  it("offers in the Explorer nothing for a folder that is for files", () => {
    const entries = packageJson.contributes.menus["explorer/context"];
    for (const { command, when } of entries) {
      const isForFolders = command === "cage.newEncryptedFile";
      expect(when.includes("!explorerResourceIsFolder")).toBe(!isForFolders);
    }
  });
});
