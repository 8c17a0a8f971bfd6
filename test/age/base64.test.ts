import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Base64Padding, decodeBase64, encodeBase64 } from "../../src/age/base64";
import { bytes, expectBytes, text } from "./kit";

describe("Base64", () => {
  // The vectors of RFC 4648 §10, and every character of the alphabet.
  it.each([
    ["", ""],
    ["f", "Zg=="],
    ["fo", "Zm8="],
    ["foo", "Zm9v"],
    ["foob", "Zm9vYg=="],
    ["fooba", "Zm9vYmE="],
    ["foobar", "Zm9vYmFy"],
  ])("of %j is %j", (plain, padded) => {
    const unpadded = padded.replaceAll("=", "");
    expect(text(encodeBase64(bytes(plain), "padded"))).toBe(padded);
    expect(text(encodeBase64(bytes(plain), "unpadded"))).toBe(unpadded);
    expect(text(decodeBase64(bytes(padded), "padded") ?? bytes("null"))).toBe(plain);
    expect(text(decodeBase64(bytes(unpadded), "unpadded") ?? bytes("null"))).toBe(plain);
  });

  it.each<[string, Base64Padding, string]>([
    ["Zh", "unpadded", "unused bits of the last character are set"],
    ["Zm9", "unpadded", "unused bits of the last character are set"],
    ["Zh==", "padded", "unused bits of the last character are set"],
    ["Zm9=", "padded", "unused bits of the last character are set"],
    ["Z", "unpadded", "one character is no byte"],
    ["Zm9vY", "unpadded", "one character is no byte"],
    ["Zg==", "unpadded", "padding is not allowed"],
    ["Zm8=", "unpadded", "padding is not allowed"],
    ["Zg", "padded", "padding is missing"],
    ["Zg=", "padded", "padding is missing"],
    ["Zm8", "padded", "padding is missing"],
    ["Zm9v=", "padded", "there is too much padding"],
    ["Zm9v====", "padded", "there is too much padding"],
    ["=", "padded", "there is nothing but padding"],
    ["==", "padded", "there is nothing but padding"],
    ["====", "padded", "there is nothing but padding"],
    ["Z===", "padded", "there is too much padding"],
    ["Zg==Zg==", "padded", "padding is inside"],
    ["Zm=v", "padded", "padding is inside"],
    ["Zm9v\n", "unpadded", "whitespace is not of the alphabet"],
    ["Zm9 ", "unpadded", "whitespace is not of the alphabet"],
    [" Zm9v", "unpadded", "whitespace is not of the alphabet"],
    ["Zm9\r", "unpadded", "whitespace is not of the alphabet"],
    ["Zm-_", "unpadded", "these belong to the URL-safe alphabet"],
    ["Zm9\u00e9", "unpadded", "bytes above 7f are not of the alphabet"],
    ["Zm9\0", "unpadded", "a zero byte is not of the alphabet"],
  ])("refuses %j, %s: %s", (encoded, padding) => {
    expect(decodeBase64(bytes(encoded), padding)).toBe(null);
  });

  it.each(["padded", "unpadded"] as const)("agrees with Node's encoder, %s", (padding) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
        const expected = Buffer.from(data).toString("base64");
        const encoded = encodeBase64(data, padding);
        expect(text(encoded)).toBe(padding === "padded" ? expected : expected.replaceAll("=", ""));
        expectBytes(decodeBase64(encoded, padding) ?? new Uint8Array(1000), data);
      }),
    );
  });

  it.each(["padded", "unpadded"] as const)("decodes nothing but what it encodes, %s", (padding) => {
    const likely = fc.string({
      unit: fc.constantFrom(...Array.from("AZaz09+/Qgw=\n")),
      maxLength: 12,
    });
    fc.assert(
      fc.property(likely, (encoded) => {
        const decoded = decodeBase64(bytes(encoded), padding);
        if (decoded !== null) expect(text(encodeBase64(decoded, padding))).toBe(encoded);
      }),
      { numRuns: 2000 },
    );
  });
});
