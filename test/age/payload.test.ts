import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  openPayload,
  payloadCipher,
  payloadPlaintextSize,
  sealPayload,
} from "../../src/age/payload";
import { collect } from "../../src/age/source";
import {
  ageError,
  boundarySizes,
  bytes,
  expectBytes,
  inPieces,
  loopTurns,
  plaintextOf,
  released,
  useEngine,
} from "./kit";

const fileKey = bytes("YELLOW SUBMARINE");
const nonce = bytes("sixteen bytes...");
const chunk = 65536;
const sealedChunk = chunk + 16;

const seal = (plaintext: Uint8Array): Promise<Uint8Array> =>
  collect(sealPayload(fileKey, nonce, [plaintext]));

describe.each(["openssl", "wasm", "portable"] as const)(
  "a payload, with the engine %s",
  (engine) => {
    useEngine(engine);

    it.each(boundarySizes)("of %i bytes is sealed and opened, in whatever pieces", async (size) => {
      const plaintext = plaintextOf(size);
      const sealed = await seal(plaintext);
      expect(sealed.length).toBe(16 + size + 16 * Math.max(Math.ceil(size / chunk), 1));
      for (const length of [1021, chunk, sealedChunk, 200_000]) {
        expectBytes(
          await collect(sealPayload(fileKey, nonce, inPieces(plaintext, length))),
          sealed,
        );
        expectBytes(await collect(openPayload(fileKey, inPieces(sealed, length))), plaintext);
      }
    });

    it("hands out pieces that nothing changes afterwards", async () => {
      const plaintext = plaintextOf(3 * chunk + 5);
      const sealed: Uint8Array[] = [];
      for await (const piece of sealPayload(fileKey, nonce, inPieces(plaintext, 999)))
        sealed.push(piece);
      expect(sealed.length).toBe(5);
      const opened: Uint8Array[] = [];
      for await (const piece of openPayload(fileKey, inPieces(Buffer.concat(sealed), 999)))
        opened.push(piece);
      expectBytes(Buffer.concat(opened), plaintext);
      for (const piece of [...sealed, ...opened])
        expect(piece.buffer.byteLength).toBe(piece.length);
    });

    it("gives nothing that has not been verified, however it is damaged", async () => {
      const plaintext = plaintextOf(2 * chunk + 1000);
      const sealed = await seal(plaintext);
      const offset = fc.nat(sealed.length - 1);
      const damage = fc.oneof(
        fc.record({ kind: fc.constant("flip"), at: offset }),
        fc.record({ kind: fc.constant("cut off"), at: offset }),
        fc.record({ kind: fc.constant("take out"), at: offset }),
        fc.record({ kind: fc.constant("put in"), at: offset }),
        fc.record({
          kind: fc.constant("append"),
          at: fc.integer({ min: 1, max: 2 * sealedChunk }),
        }),
        fc.record({ kind: fc.constant("repeat from"), at: offset }),
      );
      const damaged = ({ kind, at }: { kind: string; at: number }): Uint8Array => {
        if (kind === "flip")
          return sealed.map((byte, index) => (index === at ? byte ^ 0x40 : byte));
        if (kind === "cut off") return sealed.subarray(0, at);
        if (kind === "take out")
          return Buffer.concat([sealed.subarray(0, at), sealed.subarray(at + 1)]);
        if (kind === "put in")
          return Buffer.concat([sealed.subarray(0, at), bytes("x"), sealed.subarray(at)]);
        if (kind === "append") return Buffer.concat([sealed, new Uint8Array(at)]);
        return Buffer.concat([sealed, sealed.subarray(at)]);
      };
      await fc.assert(
        fc.asyncProperty(damage, fc.constantFrom(1021, 65552, 1e6), async (how, length) => {
          const result = await released(openPayload(fileKey, inPieces(damaged(how), length)));
          expect(result.error).toEqual(ageError("corrupt-payload"));
          // The released bytes are the true beginning, in whole chunks.
          expect([0, chunk, 2 * chunk, plaintext.length]).toContain(result.plaintext.length);
          expectBytes(result.plaintext, plaintext.subarray(0, result.plaintext.length));
        }),
        { numRuns: engine === "portable" ? 30 : 150 },
      );
    });
  },
);

describe("a payload", () => {
  it("with its chunks in another order is refused", async () => {
    const sealed = await seal(plaintextOf(3 * chunk));
    const part = (index: number): Uint8Array =>
      sealed.subarray(16 + index * sealedChunk, 16 + (index + 1) * sealedChunk);
    const swapped = Buffer.concat([nonce, part(1), part(0), part(2)]);
    const repeated = Buffer.concat([nonce, part(0), part(0), part(2)]);
    const shortened = Buffer.concat([nonce, part(0), part(2)]);
    for (const payload of [swapped, repeated, shortened]) {
      const { error } = await released(openPayload(fileKey, [payload]));
      expect(error).toEqual(ageError("corrupt-payload"));
    }
  });

  it("that was cut off or lengthened where chunks end is refused, after what is intact", async () => {
    const sealed = await seal(plaintextOf(3 * chunk));
    for (const [chunks, payload] of [
      [0, sealed.subarray(0, 16)],
      [1, sealed.subarray(0, 16 + sealedChunk)],
      [2, sealed.subarray(0, 16 + 2 * sealedChunk)],
      [3, Buffer.concat([sealed, Uint8Array.of(0)])],
      [3, Buffer.concat([sealed, sealed.subarray(16)])],
    ] as const) {
      const { plaintext, error } = await released(openPayload(fileKey, [payload]));
      expect(error).toEqual(ageError("corrupt-payload"));
      expectBytes(plaintext, plaintextOf(3 * chunk).subarray(0, chunks * chunk));
    }
  });

  it("of another file key or nonce is refused", async () => {
    const sealed = await seal(plaintextOf(10));
    const other = await released(openPayload(bytes("PURPLE SUBMARINE"), [sealed]));
    expect(other.error).toEqual(ageError("corrupt-payload"));
    const nonceChanged = await released(
      openPayload(fileKey, [sealed.map((b, i) => (i === 3 ? b ^ 1 : b))]),
    );
    expect(nonceChanged.error).toEqual(ageError("corrupt-payload"));
  });

  it("may end with an empty chunk only if it has no other", async () => {
    const cipher = payloadCipher(fileKey, nonce);
    const last = cipher.seal(new Uint8Array(0), 1, "last");
    const first = cipher.seal(new Uint8Array(chunk), 0, "inner");
    const result = await released(openPayload(fileKey, [nonce, first, last]));
    expect(result.error).toEqual(ageError("corrupt-payload"));
    expect(result.plaintext.length).toBe(chunk);
    const empty = cipher.seal(new Uint8Array(0), 0, "last");
    expect((await collect(openPayload(fileKey, [nonce, empty]))).length).toBe(0);
  });

  it("gives each chunk a nonce of its own, far beyond 2³² chunks", () => {
    const cipher = payloadCipher(fileKey, nonce);
    const indexes = [0, 1, 255, 256, 65536, 2 ** 32 - 1, 2 ** 32, 2 ** 40, 2 ** 53 - 1];
    const sealed = indexes.flatMap((index) => [
      Buffer.from(cipher.seal(nonce, index, "inner")).toString("hex"),
      Buffer.from(cipher.seal(nonce, index, "last")).toString("hex"),
    ]);
    expect(new Set(sealed).size).toBe(sealed.length);
  });

  it("lets the event loop turn while a source in memory is worked on", async () => {
    const turns = loopTurns();
    const sealed = await seal(new Uint8Array(16 * 1024 * 1024));
    const sealing = turns();
    await collect(openPayload(fileKey, [sealed]));
    expect(sealing).toBeGreaterThan(10);
    expect(turns() - sealing).toBeGreaterThan(10);
  });
});

describe("the plaintext's size", () => {
  it.each([...boundarySizes, 131073, 10 * chunk, 2 ** 40 + 7])(
    "of %i bytes is known exactly",
    (size) => {
      const sealed = 16 + size + 16 * Math.max(Math.ceil(size / chunk), 1);
      expect(payloadPlaintextSize(sealed)).toBe(size);
    },
  );

  it("does not exist for the lengths between", () => {
    // Between a full last chunk and the next possible length lie a chunk of one byte, and its tag.
    for (const chunks of [1, 2, 3, 1000]) {
      const full = 16 + chunks * sealedChunk;
      expect(payloadPlaintextSize(full)).toBe(chunks * chunk);
      expect(payloadPlaintextSize(full + 17)).toBe(chunks * chunk + 1);
      for (let size = full + 1; size < full + 17; size++) {
        expect(() => payloadPlaintextSize(size)).toThrow(ageError("corrupt-payload"));
      }
    }
  });

  it.each([-1, 0, 15, 16, 31])("of a payload of %i bytes does not exist", (size) => {
    expect(() => payloadPlaintextSize(size)).toThrow(ageError("corrupt-payload"));
  });
});
