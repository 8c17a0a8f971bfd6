import { describe, expect, it } from "vitest";
import { encryptedName, isEncryptedName, plainName } from "../../src/documents/names";

describe("the name of the plain file inside", () => {
  const cases: [name: string, isEncrypted: boolean, plain: string][] = [
    ["secrets.yaml.age", true, "secrets.yaml"],
    ["secrets.yaml.cage", true, "secrets.yaml"],
    ["SECRETS.YAML.AGE", true, "SECRETS.YAML"],
    ["a.Cage", true, "a"],
    ["twice.txt.age.age", true, "twice.txt"],
    ["mixed.txt.age.cage", true, "mixed.txt"],
    ["two words é 秘密.txt.age", true, "two words é 秘密.txt"],
    [".env.age", true, ".env"],
    [".age", true, "decrypted"],
    [".cage", true, "decrypted"],
    [".age.age", true, "decrypted"],
    ["..age", true, "decrypted"],
    ["...age", true, "decrypted"],
    ["...cage.age", true, "decrypted"],
    ["....age", true, "..."],
    ["plain.txt", false, "plain.txt"],
    ["age", false, "age"],
    ["x.age.bak", false, "x.age.bak"],
    [".age-recipients", false, ".age-recipients"],
  ];
  it.each(cases)("of %j", (name, isEncrypted, plain) => {
    expect(isEncryptedName(name)).toBe(isEncrypted);
    expect(plainName(name)).toBe(plain);
    expect(isEncryptedName(plainName(name))).toBe(false);
  });

  it("comes back from the name of the encrypted file", () => {
    for (const name of ["a.txt", ".env", "two words"]) {
      expect(plainName(encryptedName(name))).toBe(name);
    }
  });
});
