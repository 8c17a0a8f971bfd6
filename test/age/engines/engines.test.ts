import { afterEach, describe, expect, it } from "vitest";
import { chunkSize, sealedChunkSize, setChunkNonce } from "../../../src/age/chunks";
import type { ChunkRuns, Engine } from "../../../src/age/engines/engine";
import { aead, chunkRuns, forceEngine } from "../../../src/age/engines/engineChoice";
import type { ChunkPosition } from "../../../src/age/source";
import { expectBytes, plaintextOf } from "../kit";

const engines: readonly Engine[] = ["openssl", "wasm", "portable"];
const key = plaintextOf(32);
const nonce = plaintextOf(12);

afterEach(() => {
  forceEngine(null);
});

describe("single messages", () => {
  it.each([0, 1, 15, 16, 17, 63, 64, 65, 65535, 65536, 100_000])(
    "of %i bytes are the same by all engines",
    (size) => {
      const plaintext = plaintextOf(size);
      const sealed = aead(key, "openssl").seal(nonce, plaintext);
      for (const engine of engines) {
        const cipher = aead(key, engine);
        expectBytes(cipher.seal(nonce, plaintext), sealed);
        expectBytes(cipher.open(nonce, sealed) ?? key, plaintext);
      }
    },
  );

  describe.each(engines)("by %s", (name) => {
    it("are refused with a changed text, tag, nonce or key, or too short", () => {
      const cipher = aead(key, name);
      const sealed = cipher.seal(nonce, plaintextOf(100));
      for (const position of [0, 99, 100, 115]) {
        const changed = sealed.map((byte, index) => (index === position ? byte ^ 1 : byte));
        expect(cipher.open(nonce, changed)).toBe(null);
      }
      expect(cipher.open(new Uint8Array(12), sealed)).toBe(null);
      expect(aead(new Uint8Array(32), name).open(nonce, sealed)).toBe(null);
      for (const length of [0, 15, 16, 115]) {
        expect(cipher.open(nonce, sealed.subarray(0, length))).toBe(null);
      }
    });

    it("are under a copy of the key, and in buffers of their own", () => {
      forceEngine(name);
      const ours = Buffer.from(key);
      const cipher = aead(ours);
      ours.fill(0);
      const sealed = cipher.seal(nonce, plaintextOf(3));
      expectBytes(sealed, aead(key).seal(nonce, plaintextOf(3)));
      const opened = cipher.open(nonce, sealed) ?? new Uint8Array(0);
      for (const result of [sealed, opened]) {
        expect(result).not.toBeInstanceOf(Buffer);
        expect(result.buffer.byteLength).toBe(result.length);
      }
      sealed.fill(0);
      expectBytes(opened, plaintextOf(3));
    });
  });
});

/**
 * Lays a run's content into the slots of a buffer: plaintext chunks, or sealed ones, which fill
 * theirs.
 */
function lay(buffer: Uint8Array, content: Uint8Array, size: number): void {
  for (let at = 0, slot = 0; at < content.length; at += size, slot += sealedChunkSize) {
    buffer.set(content.subarray(at, at + size), slot);
  }
}

function bufferOf(cipher: ChunkRuns, which = 0): Uint8Array {
  const buffer = cipher.buffers[which];
  if (buffer === undefined) throw new Error("there are fewer buffers");
  return buffer;
}

/** Seals a run chunk by chunk, each as a single message. */
function sealedOneByOne(plaintext: Uint8Array, index: number, position: ChunkPosition): Uint8Array {
  const cipher = aead(key, "portable");
  const chunkNonce = new Uint8Array(12);
  const count = Math.max(Math.ceil(plaintext.length / chunkSize), 1);
  const chunks = Array.from({ length: count }, (_, i) => {
    setChunkNonce(chunkNonce, index + i, i === count - 1 ? position : "inner");
    return cipher.seal(chunkNonce, plaintext.subarray(i * chunkSize, (i + 1) * chunkSize));
  });
  return new Uint8Array(Buffer.concat(chunks));
}

describe.each(engines)("runs by %s", (engine) => {
  const slots = 3;
  const runs: [length: number, index: number, position: ChunkPosition][] = [
    [0, 0, "last"],
    [1, 0, "last"],
    [65535, 7, "last"],
    [65536, 0, "last"],
    [65536, 3, "inner"],
    [65537, 2, "last"],
    [131072, 2 ** 32 - 1, "inner"],
    [131072 + 15, 2 ** 32 + 6, "last"],
    [196608, 2 ** 40, "last"],
    [196608, 1, "inner"],
  ];

  it.each(runs)("of %i bytes at %i, %s, are sealed and opened", (length, index, position) => {
    const cipher = chunkRuns(engine, key, 2, slots);
    const plaintext = plaintextOf(length);
    const expected = sealedOneByOne(plaintext, index, position);
    for (const which of [0, 1]) {
      const buffer = bufferOf(cipher, which);
      lay(buffer, plaintext, chunkSize);
      const sealed = cipher.seal({ buffer, length, index, position });
      expectBytes(Buffer.concat(sealed), expected);
      cipher.release(sealed);
      lay(buffer, expected, sealedChunkSize);
      const run = { buffer, length: expected.length, index, position };
      const { pieces, failed } = cipher.open(run);
      expect(failed).toBe(null);
      expectBytes(Buffer.concat(pieces), plaintext);
      expect(pieces.length).toBe(Math.max(Math.ceil(length / chunkSize), 1));
      cipher.release(pieces);
    }
  });

  it.each([0, 1, 2])("bring what stands before chunk %i, which is false", (failing) => {
    const cipher = chunkRuns(engine, key, 1, slots);
    const plaintext = plaintextOf(2 * chunkSize + 100);
    const expected = sealedOneByOne(plaintext, 5, "last");
    const buffer = bufferOf(cipher);
    for (const offset of [0, 99, 115]) {
      lay(buffer, expected, sealedChunkSize);
      const at = failing * sealedChunkSize + offset;
      buffer[at] = (buffer[at] ?? 0) ^ 0x20;
      const { pieces, failed } = cipher.open({
        ...{ buffer, length: expected.length, index: 5, position: "last" },
      });
      expect(failed).toBe(failing);
      expectBytes(Buffer.concat(pieces), plaintext.subarray(0, failing * chunkSize));
      // The false chunk's place does not hold the plaintext that was computed.
      const left = buffer.subarray(failing * sealedChunkSize, failing * sealedChunkSize + 90);
      const start = failing * chunkSize;
      expect(Buffer.compare(left, plaintext.subarray(start, start + 90))).not.toBe(0);
      cipher.release(pieces);
    }
  });

  it("are refused at another place, as another part, and cut off", () => {
    const cipher = chunkRuns(engine, key, 1, slots);
    const expected = sealedOneByOne(plaintextOf(chunkSize), 5, "last");
    const buffer = bufferOf(cipher);
    for (const [length, index, position] of [
      [expected.length, 4, "last"],
      [expected.length, 5 + 2 ** 32, "last"],
      [expected.length, 5, "inner"],
      [expected.length - 1, 5, "last"],
      [17, 5, "last"],
      [15, 5, "last"],
      [0, 5, "last"],
    ] as const) {
      lay(buffer, expected, sealedChunkSize);
      expect(cipher.open({ buffer, length, index, position }).failed).toBe(0);
    }
  });

  it("leave nothing in the buffers when the cipher is wiped, and copy the key", () => {
    const ours = key.slice();
    const cipher = chunkRuns(engine, ours, 2, slots);
    ours.fill(0);
    const buffer = bufferOf(cipher, 1);
    const plaintext = plaintextOf(chunkSize);
    lay(buffer, plaintext, chunkSize);
    const run = { buffer, length: plaintext.length, index: 0, position: "last" } as const;
    expectBytes(Buffer.concat(cipher.seal(run)), sealedOneByOne(plaintext, 0, "last"));
    lay(buffer, plaintext, chunkSize);
    cipher.wipe();
    for (const memory of cipher.buffers) expect(memory.every((byte) => byte === 0)).toBe(true);
  });
});
