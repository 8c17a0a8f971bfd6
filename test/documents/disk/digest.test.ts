import { describe, expect, it } from "vitest";
import { digest } from "../../../src/documents/disk/digest";
import { bytes } from "../kit";

describe("a digest", () => {
  it('is SHA-256 in hex (FIPS 180-4, the example "abc")', () => {
    const known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(digest(bytes("abc"))).toBe(known);
    expect(digest(bytes("a"), bytes(""), bytes("bc"))).toBe(known);
  });

  it("tells versions of the same length apart", () => {
    expect(digest(bytes("abc"))).not.toBe(digest(bytes("abd")));
  });
});
