import { afterEach, describe, expect, it } from "vitest";
import {
  encryptedName,
  encryptedSuffixes,
  isEncryptedName,
  isUsualName,
  plainName,
  setEncryptedNames,
} from "../../../src/documents/disk/encryptedNames";

afterEach(() => {
  setEncryptedNames([]);
});

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

describe("names that a setting adds", () => {
  it("are told by their globs, in any case, as a name or as a path", () => {
    expect(setEncryptedNames(["*.asc", "vault-?.{bin,enc}"])).toEqual([]);
    for (const name of [
      "secret.asc",
      "SECRET.ASC",
      "/w/é 秘密.asc",
      "vault-1.bin",
      "vault-x.enc",
    ]) {
      expect(isEncryptedName(name), name).toBe(true);
      expect(isUsualName(name), name).toBe(false);
    }
    for (const name of ["/w/x.asc/plain.txt", "asc", "vault-12.bin", "vault-.enc", "x.bin"]) {
      expect(isEncryptedName(name), name).toBe(false);
    }
    expect(encryptedSuffixes()).toEqual([".age", ".cage", ".asc", ".bin", ".enc"]);
  });

  it("lose their suffix, and the plain name is never one of them", () => {
    setEncryptedNames(["*.asc", "vault.bin", ".key"]);
    const cases = [
      ["secret.asc", "secret"],
      ["secret.yaml.asc.age", "secret.yaml"],
      ["vault.bin", "vault"],
      [".asc", "decrypted"],
      [".key", "decrypted"],
    ] as const;
    for (const [name, plain] of cases) {
      expect(plainName(name)).toBe(plain);
      expect(isEncryptedName(plain)).toBe(false);
    }
  });

  it("never take the usual ones away", () => {
    setEncryptedNames(["*.asc"]);
    expect(isEncryptedName("a.age")).toBe(true);
    setEncryptedNames([]);
    expect(isEncryptedName("a.cage")).toBe(true);
    expect(isEncryptedName("a.asc")).toBe(false);
  });

  it("may have a folder of any name before them", () => {
    expect(setEncryptedNames(["**/*.asc"])).toEqual([]);
    expect(isEncryptedName("/w/x.asc")).toBe(true);
  });

  it("are not everything, and no paths: those globs are told and not used", () => {
    const wrong = [
      ...["", "*", "**", "**/*", "*.*", "*.?", "*.", "x*", "keys/*.asc", "C:\\*.asc", "*.[a]"],
      ...[
        "*.a b",
        "{*,*.asc}",
        "{a,b",
        `${"*".repeat(100)}.x`,
        "{a,b}".repeat(30) + ".x",
        "{a}".repeat(100_000) + ".x",
      ],
    ];
    expect(setEncryptedNames([...wrong, "*.asc"])).toEqual(wrong);
    expect(encryptedSuffixes()).toEqual([".age", ".cage", ".asc"]);
    for (const name of ["plain.txt", "a", "x.y", ".bashrc"]) {
      expect(isEncryptedName(name), name).toBe(false);
    }
  });

  it("are found by counted steps, whatever the glob and the name", () => {
    const glob = `${"*a".repeat(45)}.b`;
    expect(setEncryptedNames([glob])).toEqual([]);
    // A pattern that tried all ways would run into the test's timeout.
    expect(isEncryptedName("a".repeat(100_000))).toBe(false);
    expect(isEncryptedName(`${"a".repeat(100)}.b`)).toBe(true);
  });
});
