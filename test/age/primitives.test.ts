import { describe, expect, it } from "vitest";
import {
  equalInConstantTime,
  hkdf,
  importX25519,
  hmac,
  randomBytes,
  scrypt,
  x25519,
  x25519PublicKey,
} from "../../src/age/primitives";
import { bytes, expectBytes } from "./kit";

const hex = (text: string): Uint8Array =>
  Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

describe("key derivation", () => {
  it("HMAC-SHA-256 gives RFC 4231's test case 2", () => {
    const expected = hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    expectBytes(hmac(bytes("Jefe"), bytes("what do ya want "), bytes("for nothing?")), expected);
  });

  it("HKDF-SHA-256 gives RFC 5869's test case 3, its first block", () => {
    const expected = hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
    expectBytes(hkdf(new Uint8Array(22).fill(0x0b), new Uint8Array(0), ""), expected);
  });

  it("scrypt gives RFC 7914's third test vector, its first block", async () => {
    const expected = hex("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2");
    expectBytes(await scrypt(bytes("pleaseletmein"), bytes("SodiumChloride"), 14), expected);
  });

  it("scrypt takes work factors from 1 on", async () => {
    expect((await scrypt(bytes("x"), bytes("y"), 1)).length).toBe(32);
  });

  it("scrypt rejects at once when it is aborted", async () => {
    const controller = new AbortController();
    const running = scrypt(bytes("x"), bytes("y"), 16, controller.signal);
    controller.abort();
    await expect(running).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
    await expect(scrypt(bytes("x"), bytes("y"), 1, controller.signal)).rejects.toThrow(
      expect.objectContaining({ name: "AbortError" }),
    );
  });
});

describe("X25519", () => {
  // The keys are those of RFC 7748 §6.1.
  const alice = importX25519(
    hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"),
  );
  const bob = importX25519(hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));

  it("gives RFC 7748's keys and shared secret", () => {
    const alicePublic = hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    const bobPublic = hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    const shared = hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    expectBytes(x25519PublicKey(alice), alicePublic);
    expectBytes(x25519PublicKey(bob), bobPublic);
    expectBytes(x25519(alice, bobPublic) ?? bytes("none"), shared);
    expectBytes(x25519(bob, alicePublic) ?? bytes("none"), shared);
  });

  it.each([
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  ])("refuses the public key %s of low order", (publicKey) => {
    expect(x25519(bob, hex(publicKey))).toBe(null);
  });
});

describe("the rest", () => {
  it("compares in constant time, whatever the lengths", () => {
    expect(equalInConstantTime(bytes("same"), bytes("same"))).toBe(true);
    expect(equalInConstantTime(bytes("same"), bytes("sane"))).toBe(false);
    expect(equalInConstantTime(bytes("same"), bytes("sam"))).toBe(false);
  });

  it("gives random bytes in buffers of their own", () => {
    const random = randomBytes(16);
    expect(random.buffer.byteLength).toBe(16);
    expect(random).not.toEqual(randomBytes(16));
    expect(x25519PublicKey(importX25519(randomBytes(32))).buffer.byteLength).toBe(32);
    expect(x25519(importX25519(randomBytes(32)), new Uint8Array(32))).toBe(null);
  });
});
