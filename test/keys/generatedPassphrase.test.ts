import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { generatedPassphrase } from "../../src/keys/generatedPassphrase";
import { estimatedBits, isWeak } from "../../src/keys/passphraseStrength";
import { words } from "../../src/keys/words";

const random = (length: number) => new Uint8Array(randomBytes(length));

describe("a generated passphrase", () => {
  it("is of the words of BIP 39", () => {
    const list = createHash("sha256").update(`${words.join("\n")}\n`);
    expect(list.digest("hex")).toBe(
      "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda",
    );
  });

  it("has ten of them, each drawn by itself, and wipes what it was drawn by", () => {
    const drawn: Uint8Array[] = [];
    const bytes = (length: number) => {
      const one = Uint8Array.from({ length }, (_, index) => (index % 2 === 0 ? 7 : index));
      drawn.push(one);
      return one;
    };
    const expected = Array.from({ length: 10 }, (_, index) => words[7 * 256 + 2 * index + 1]);
    expect(generatedPassphrase(bytes).split("-")).toEqual(expected);
    expect(drawn[0]?.every((byte) => byte === 0)).toBe(true);
    expect(generatedPassphrase(random)).not.toBe(generatedPassphrase(random));
    expect(isWeak(generatedPassphrase(random))).toBe(false);
  });
});

describe("the strength of a passphrase", () => {
  it.each([
    ..."1 hunter2 password123 Summer2024! qwertyuiop aaaaaaaaaaaaaaaaaaaa 1234567890".split(" "),
    ..."abcdefghijklmnop abcabcabcabcabcabc iloveyou horse secretsecretsecret".split(" "),
  ])("is called weak: %s", (text) => {
    expect(isWeak(text)).toBe(true);
  });

  it.each([
    "correct horse battery staple",
    "kX9#vq2LmZ!7",
    "dpqhzvxkwmtjrbgy",
    "Übung macht Spaß, 4mal",
  ])("is not called weak: %s", (text) => {
    expect(isWeak(text)).toBe(false);
  });

  it("is that of nothing for nothing", () => {
    expect(estimatedBits("")).toBe(0);
  });
});
