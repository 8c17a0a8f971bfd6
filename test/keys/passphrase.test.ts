import { describe, expect, it } from "vitest";

import { encodePassphrase } from "../../src/keys/passphrase";

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
