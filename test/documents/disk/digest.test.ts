import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../../src/age/primitives";
import { bytes } from "../kit";

describe("a digest", () => {
  it('is SHA-256 in hex (FIPS 180-4, the example "abc")', () => {
    const known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(sha256Hex(bytes("abc"))).toBe(known);
    expect(sha256Hex(bytes("a"), bytes(""), bytes("bc"))).toBe(known);
  });

  it("tells versions of the same length apart", () => {
    expect(sha256Hex(bytes("abc"))).not.toBe(sha256Hex(bytes("abd")));
  });
});
