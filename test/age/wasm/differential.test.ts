import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { createCipheriv } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openssl } from "../../../src/age/engines/openssl";
import { wasm } from "../../../src/age/engines/wasm";
import { sealedChunkSize } from "../../../src/age/chunks";

/** The number of inputs to try. `CAGE_FUZZ=100000` tries many, which takes half a minute. */
const count = Number(process.env["CAGE_FUZZ"] ?? 3000);
const timeout = 60_000 + count * 20;

/** Random bytes and numbers that are the same in each run of this test. */
class Randomness {
  readonly #stream = createCipheriv("aes-256-ctr", Buffer.alloc(32, 8), Buffer.alloc(16));

  bytes(length: number): Uint8Array {
    return Uint8Array.from(this.#stream.update(Buffer.alloc(length)));
  }

  /** Returns a whole number from 0 up to, and not including, the limit. */
  below(limit: number): number {
    return Math.floor((Buffer.from(this.bytes(4)).readUInt32LE() / 2 ** 32) * limit);
  }

  /** Returns bytes of a random length up to a limit, mostly short, often with repetitions. */
  text(limit: number): Uint8Array {
    const length = this.below(this.below(4) === 0 ? limit + 1 : Math.min(limit, 1200) + 1);
    switch (this.below(8)) {
      case 0:
        return new Uint8Array(length);
      case 1:
        return new Uint8Array(length).fill(255);
      case 2:
        return this.bytes(length).map((byte) => (byte & 1) * 255);
      default:
        return this.bytes(length);
    }
  }

  /** Returns a key, sometimes of ones only. */
  key(): Uint8Array {
    return this.below(10) === 0 ? new Uint8Array(32).fill(255) : this.bytes(32);
  }

  /** Copies bytes and flips one bit. */
  changed(bytes: Uint8Array): Uint8Array {
    const changed = new Uint8Array(bytes);
    const at = this.below(bytes.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << this.below(8));
    return changed;
  }
}

const same = (a: Uint8Array | null, b: Uint8Array): boolean =>
  a !== null && Buffer.compare(a, b) === 0;

describe("the engine agrees with OpenSSL and with @noble/ciphers", () => {
  it(
    `about ${count} messages`,
    () => {
      const random = new Randomness();
      const wrong: string[] = [];
      for (let i = 0; i < count; i++) {
        const [key, nonce, plaintext] = [random.key(), random.bytes(12), random.text(20_000)];
        const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
        const theirs = Buffer.concat([
          cipher.update(plaintext),
          cipher.final(),
          cipher.getAuthTag(),
        ]);
        const ours = wasm.aead(key);
        const sealed = ours.seal(nonce, plaintext);
        if (!same(sealed, theirs))
          wrong.push(`${i}: OpenSSL seals ${plaintext.length} differently`);
        if (!same(sealed, chacha20poly1305(key, nonce).encrypt(plaintext))) {
          wrong.push(`${i}: @noble/ciphers seals ${plaintext.length} differently`);
        }
        if (!same(ours.open(nonce, theirs), plaintext)) wrong.push(`${i}: does not open`);
        if (ours.open(nonce, random.changed(theirs)) !== null) wrong.push(`${i}: opens a forgery`);
        if (wrong.length > 10) break;
      }
      expect(wrong).toEqual([]);
    },
    timeout,
  );

  it(
    `about ${Math.ceil(count / 50)} runs of chunks`,
    () => {
      const random = new Randomness();
      const slots = 3;
      const wrong: string[] = [];
      for (let i = 0; i < count / 50; i++) {
        const key = random.key();
        const [ours, theirs] = [wasm, openssl].map((engine) => engine.chunkRuns(key, 1, slots));
        if (ours?.buffers[0] === undefined || theirs?.buffers[0] === undefined) throw new Error();
        const [mine, other] = [ours.buffers[0], theirs.buffers[0]];
        const place = {
          index: random.below(2) === 0 ? 2 ** 32 - random.below(4) : random.below(2 ** 20),
          position: random.below(2) === 0 ? "inner" : "last",
        } as const;
        const plaintext = random.bytes(slots * 65536);
        for (let slot = 0; slot < slots; slot++) {
          const chunk = plaintext.subarray(slot * 65536, (slot + 1) * 65536);
          for (const buffer of [mine, other]) buffer.set(chunk, slot * sealedChunkSize);
        }
        const length = random.below(plaintext.length + 1);
        const sealed = Buffer.concat(ours.seal({ buffer: mine, length, ...place }));
        const expected = Buffer.concat(theirs.seal({ buffer: other, length, ...place }));
        if (!same(sealed, expected)) wrong.push(`${i}: OpenSSL seals ${length} differently`);
        const forged = random.changed(expected);
        other.set(forged);
        mine.set(forged);
        const run = { length: expected.length, ...place };
        const opened = ours.open({ buffer: mine, ...run });
        const reference = theirs.open({ buffer: other, ...run });
        if (opened.failed === null || opened.failed !== reference.failed) {
          wrong.push(`${i}: a forgery fails elsewhere`);
        }
        if (!same(Buffer.concat(opened.pieces), Buffer.concat(reference.pieces))) {
          wrong.push(`${i}: what comes before a forgery differs`);
        }
      }
      expect(wrong).toEqual([]);
    },
    timeout,
  );
});
