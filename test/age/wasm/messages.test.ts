import { createCipheriv } from "node:crypto";
import { describe, expect, it } from "vitest";
import { wasm } from "../../../src/age/engines/wasm";
import { expectBytes, plaintextOf } from "../kit";
import { expectNoSecrets, instance, tagSize } from "./kit";

const key = plaintextOf(32);
const nonce = plaintextOf(12);

/** The sizes around the ends of blocks, of vectors, of batches of eight blocks, and of chunks. */
const sizes = [16, 64, 128, 512, 1024, 4096, 65536]
  .flatMap((size) => [size - 1, size, size + 1])
  .concat([0, 1, 500, 528, 575, 576, 577, 1039, 1041, 65520, 65552, 65553, 300_000]);

function openssl(plaintext: Uint8Array): Uint8Array {
  const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: tagSize });
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

describe("a message", () => {
  it.each(sizes)("of %i bytes is sealed as OpenSSL does, and opened", (size) => {
    const plaintext = plaintextOf(size);
    const cipher = wasm.aead(key);
    const sealed = cipher.seal(nonce, plaintext);
    expectBytes(sealed, openssl(plaintext));
    expectBytes(cipher.open(nonce, sealed) ?? key, plaintext);
  });

  it.each(sizes.filter((size) => size < 5000))(
    "of %i bytes is refused if a bit differs",
    (size) => {
      const cipher = wasm.aead(key);
      const sealed = cipher.seal(nonce, plaintextOf(size));
      const tagBits = Array.from({ length: 8 * tagSize }, (_, bit) => 8 * size + bit);
      for (const bit of [0, 4 * size, 8 * size - 1, ...tagBits].filter((bit) => bit >= 0)) {
        const changed = new Uint8Array(sealed);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(cipher.open(nonce, changed)).toBe(null);
      }
      for (const length of [0, 15, sealed.length - 1]) {
        expect(cipher.open(nonce, sealed.subarray(0, length))).toBe(null);
      }
    },
  );

  it("is zeros in the engine's memory once it has been refused", () => {
    for (const size of [1, 16, 511, 512, 513, 5000]) {
      instance.workspace.fill(0x55, 0, size + tagSize + 1);
      instance.setKey(key);
      instance.setNonce(nonce);
      expect(instance.openMessage(instance.workspace.byteOffset, size)).toBe(0);
      const after = instance.workspace.subarray(0, size + tagSize + 1);
      expectBytes(after.subarray(0, size), new Uint8Array(size));
      expect(after[size + tagSize]).toBe(0x55);
    }
  });

  it("is changed by nothing but its own bytes", () => {
    const at = 1000;
    for (const size of [0, 1, 17, 512, 700]) {
      instance.workspace.fill(0x55);
      instance.setKey(key);
      instance.setNonce(nonce);
      instance.sealMessage(instance.workspace.byteOffset + at, size);
      const outside = [
        instance.workspace.subarray(0, at),
        instance.workspace.subarray(at + size + tagSize),
      ];
      expect(outside.every((bytes) => bytes.every((byte) => byte === 0x55))).toBe(true);
    }
  });
});

describe("a cipher for messages", () => {
  it("copies its key, and its results are no views of the engine's memory", () => {
    const ours = Uint8Array.from(key);
    const cipher = wasm.aead(ours);
    ours.fill(0);
    const sealed = cipher.seal(nonce, plaintextOf(3));
    expectBytes(sealed, openssl(plaintextOf(3)));
    for (const result of [sealed, cipher.open(nonce, sealed)]) {
      expect(result?.buffer.byteLength).toBe(result?.length);
    }
  });

  it("no longer knows its key once that is wiped", () => {
    const cipher = wasm.aead(key);
    cipher.wipe();
    expectBytes(cipher.seal(nonce, key), wasm.aead(new Uint8Array(32)).seal(nonce, key));
  });
});

describe("after each call nothing of the key is left in the memory", () => {
  const { workspace } = instance;
  const at = workspace.byteOffset;
  const calls: Readonly<Record<string, () => unknown>> = {
    "sealing a message": () => {
      instance.sealMessage(at, 1000);
    },
    "opening a message": () => {
      instance.sealMessage(at, 1000);
      instance.setKey(key);
      instance.setNonce(nonce);
      expect(instance.openMessage(at, 1000)).toBe(1);
    },
    "refusing a message": () => {
      expect(instance.openMessage(at, 1000)).toBe(0);
    },
    "sealing a run": () => {
      instance.sealRun(at, 70_000, 1, 2, 1);
    },
    "opening a run": () => {
      instance.sealRun(at, 70_000, 1, 2, 1);
      instance.setKey(key);
      expect(instance.openRun(at, 70_032, 1, 2, 1)).toBe(2);
    },
    "refusing a run": () => {
      expect(instance.openRun(at, 70_032, 1, 2, 1)).toBe(0);
    },
    "refusing a run that is too short": () => {
      expect(instance.openRun(at, 15, 1, 2, 1)).toBe(0);
    },
    "Poly1305 alone": () => {
      instance.poly1305(at, 100);
    },
  };

  it.each(Object.entries(calls))("%s", (_name, call) => {
    workspace.fill(0x55);
    instance.setKey(key);
    instance.setNonce(nonce);
    expect(() => {
      expectNoSecrets(instance);
    }).toThrow();
    call();
    expectNoSecrets(instance);
  });
});
