import { describe, expect, it } from "vitest";
import { wasm } from "../../../src/age/engines/wasm";
import { hex, poly1305, tagSize, unhex } from "./kit";
import { encryptions, oneTimeKeys } from "./rfc8439";

const blockSize = 64;

describe("the keystream is that of RFC 8439", () => {
  // Messages begin with block 1, so the vector of a later block ends a longer message.
  it.each(encryptions)("$name", ({ key, nonce, counter, plaintext, ciphertext }) => {
    const start = (counter - 1) * blockSize;
    const message = new Uint8Array(start + plaintext.length / 2);
    message.set(unhex(plaintext), start);
    const sealed = wasm.aead(unhex(key)).seal(unhex(nonce), message);
    expect(hex(sealed.subarray(start, message.length))).toBe(ciphertext);
    expect(hex(wasm.aead(unhex(key)).open(unhex(nonce), sealed) ?? new Uint8Array())).toBe(
      hex(message),
    );
  });
});

describe("the one-time key is that of RFC 8439", () => {
  it.each(oneTimeKeys)("%s", (_name, key, nonce, oneTimeKey) => {
    const message = unhex("61".repeat(20));
    const sealed = wasm.aead(unhex(key)).seal(unhex(nonce), message);
    // The tag covers (§2.8) the ciphertext, zeros up to 32 bytes, and both lengths.
    const authenticated = new Uint8Array(48);
    authenticated.set(sealed.subarray(0, message.length));
    authenticated[40] = message.length;
    expect(hex(sealed.subarray(message.length))).toBe(
      hex(poly1305(unhex(oneTimeKey), authenticated)),
    );
    expect(sealed.length).toBe(message.length + tagSize);
  });
});
