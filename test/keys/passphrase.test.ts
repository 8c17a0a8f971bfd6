import { describe, expect, it } from "vitest";

import { encodePassphrase, suggestPassphrase } from "../../src/keys/passphrase";

describe("a passphrase", () => {
  const cases: [text: string, bytes: readonly number[]][] = [
    ["a", [0x61]],
    [" a\t", [0x20, 0x61, 0x09]],
    ["é", [0xc3, 0xa9]],
    ["e\u0301", [0x65, 0xcc, 0x81]],
    ["\u{1F511}", [0xf0, 0x9f, 0x94, 0x91]],
  ];
  it.each(cases)("%j is its UTF-8, neither trimmed nor normalised", (text, bytes) => {
    expect([...encodePassphrase(text)]).toEqual(bytes);
  });

  it("that is empty is refused", () => {
    expect(() => encodePassphrase("")).toThrow(
      expect.objectContaining({ code: "incorrect-passphrase" }) as Error,
    );
  });
});

describe("a suggested passphrase", () => {
  it("spells out 28 random bytes, five bits each", () => {
    const counting = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i);
    expect(suggestPassphrase(counting)).toBe("abcd-efgh-ijkm-npqr-stuv-wxyz-2345");
  });

  it("uses all of 32 characters evenly", () => {
    const counts = new Map<string, number>();
    for (let start = 0; start < 256; start += 1) {
      const constant = (length: number): Uint8Array => new Uint8Array(length).fill(start);
      const first = suggestPassphrase(constant).charAt(0);
      counts.set(first, (counts.get(first) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual(Array.from({ length: 32 }, () => 8));
  });
});
