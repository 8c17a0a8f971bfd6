import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beginsAgeFile, isAgeFile } from "../../../src/documents/disk/ciphertext";
import { localDisk } from "../../../src/documents/disk/localDisk";

const armor = "-----BEGIN AGE ENCRYPTED FILE-----\n";
const cases: [text: string, isAge: boolean][] = [
  ["age-encryption.org/v1\n-> X25519 x\n", true],
  // A future version is ciphertext, too.
  ["age-encryption.org/v9\n", true],
  [armor, true],
  [` \r\n\t${armor}`, true],
  [`${" ".repeat(1024)}${armor}`, true],
  ["", false],
  ["-----BEGIN AGE ENCRYPTED", false],
  ["-----BEGIN PGP MESSAGE-----\n", false],
  ["a: 1\n", false],
  [" age-encryption.org/v1\n", false],
];

describe("the beginning of an age file", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "cage-ciphertext-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each(cases)("%j", async (text, isAge) => {
    expect(beginsAgeFile(new TextEncoder().encode(text))).toBe(isAge);
    const path = join(folder, "x.age");
    await writeFile(path, text);
    expect(await isAgeFile(path, localDisk)).toBe(isAge);
  });

  it("is not that of a folder or of nothing", async () => {
    expect(await isAgeFile(folder, localDisk)).toBe(false);
    expect(await isAgeFile(join(folder, "missing.age"), localDisk)).toBe(false);
  });
});
