import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBech32, encodeBech32 } from "../../src/age/bech32";
import { bytes, expectBytes, text } from "./kit";

describe("Bech32", () => {
  // The test vectors of BIP 173 whose data are whole bytes, or empty.
  it.each([
    "A12UEL5L",
    "a12uel5l",
    "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
  ])("decodes and encodes %s", (encoded) => {
    const decoded = decodeBech32(bytes(encoded));
    expect(decoded).toMatchObject({ hrp: encoded.slice(0, encoded.lastIndexOf("1")) });
    if (typeof decoded === "string") throw new Error(decoded);
    expect(text(encodeBech32(decoded.hrp, decoded.data))).toBe(encoded);
  });

  it("has no limit of 90 characters", () => {
    const data = new Uint8Array(1216).fill(0xa5);
    const encoded = encodeBech32("age1pq", data);
    expect(encoded.length).toBe(6 + 1 + Math.ceil((1216 * 8) / 5) + 6);
    expect(decodeBech32(encoded)).toEqual({ hrp: "age1pq", data });
  });

  const recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

  it("decodes a recipient", () => {
    expect(decodeBech32(bytes(recipient))).toMatchObject({ hrp: "age" });
  });

  it.each([
    ["an empty text", "", "it has no separator"],
    ["no separator", "qpzry9x8gf2tvdw0", "it has no separator"],
    ["nothing before the separator", "1pzry9x0s0muk", "it has no separator"],
    ["a checksum that is too short", "li1dgmt3", "it has no separator"],
    [
      "mixed case",
      recipient.replace("zvk", "ZVK"),
      "its characters are partly upper and partly lower case",
    ],
    [
      "mixed case between prefix and data",
      `AGE${recipient.slice(3)}`,
      "its characters are partly upper and partly lower case",
    ],
    [
      "a character that is not of the alphabet",
      recipient.replace("zvk", "zbk"),
      "it contains an invalid character",
    ],
    ["a space in front", ` ${recipient}`, "it contains an invalid character"],
    ["a newline behind", `${recipient}\n`, "it contains an invalid character"],
    [
      "the Kelvin sign, which folds to k",
      recipient.replace("k", "\u212a"),
      "it contains an invalid character",
    ],
    ["a control character in the prefix", `\u007f1axkwrx`, "it contains an invalid character"],
    ["one wrong character", recipient.replace("zvk", "zvq"), "its checksum is wrong"],
    ["two swapped characters", recipient.replace("zvk", "vzk"), "its checksum is wrong"],
    ["another prefix", recipient.replace("age", "agf"), "its checksum is wrong"],
    ["the checksum of upper case", "A1G7SGD8", "its checksum is wrong"],
    ["bits in the padding", "a1prprajae", "its padding is wrong"],
    ["a character of nothing but padding", "a1pv7wwwr", "its padding is wrong"],
    ["a whole character of padding", "age1qqqyst3gn", "its padding is wrong"],
  ])("refuses %s", (_, encoded, problem) => {
    expect(decodeBech32(bytes(encoded))).toBe(problem);
  });

  it("round-trips any data, in both cases", () => {
    const hrps = fc.constantFrom("age", "AGE-SECRET-KEY-", "age1pq", "a");
    fc.assert(
      fc.property(hrps, fc.uint8Array({ maxLength: 64 }), (hrp, data) => {
        const encoded = encodeBech32(hrp, data);
        const decoded = decodeBech32(encoded);
        if (typeof decoded === "string") throw new Error(decoded);
        expect(decoded.hrp).toBe(hrp);
        expectBytes(decoded.data, data);
        const other =
          hrp === hrp.toLowerCase() ? text(encoded).toUpperCase() : text(encoded).toLowerCase();
        expect(decodeBech32(bytes(other))).toMatchObject({ data });
      }),
    );
  });

  it("detects any single changed character", () => {
    const positions = fc.nat(recipient.length - 1);
    const characters = fc.constantFrom(...Array.from("qpzry9x8gf2tvdw0s3jn54khce6mua7l1"));
    fc.assert(
      fc.property(positions, characters, (position, character) => {
        fc.pre(recipient[position] !== character);
        const changed = recipient.slice(0, position) + character + recipient.slice(position + 1);
        expect(typeof decodeBech32(bytes(changed))).toBe("string");
      }),
    );
  });
});
