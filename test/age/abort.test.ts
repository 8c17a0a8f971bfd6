import { describe, expect, it } from "vitest";
import {
  collect,
  decrypt,
  encrypt,
  type Format,
  readAgeFile,
  unwrapFileKey,
} from "../../src/age/age";
import { X25519Identity } from "../../src/age/x25519";
import { plaintextOf } from "./kit";

const alice = X25519Identity.generate();
const sealed = (size: number, format: Format = "binary"): Promise<Uint8Array> =>
  collect(encrypt([plaintextOf(size)], [alice.recipient], format));

describe("an abort", () => {
  const aborted = expect.objectContaining({ name: "AbortError" }) as Error;

  it("before the start reads nothing", async () => {
    const signal = AbortSignal.abort();
    const file = await sealed(10);
    await expect(readAgeFile([file], signal)).rejects.toThrow(aborted);
    await expect(collect(decrypt([file], [alice], signal))).rejects.toThrow(aborted);
    await expect(collect(encrypt([file], [alice.recipient], "binary", signal))).rejects.toThrow(
      aborted,
    );
  });

  it.each(["binary", "armored"] as const)(
    "stops within a piece, and closes the source, %s",
    async (format) => {
      const plaintext = plaintextOf(10 * 65536);
      const file = await collect(encrypt([plaintext], [alice.recipient], format));
      const runs = {
        encrypt: (source: AsyncIterable<Uint8Array>, signal: AbortSignal) =>
          encrypt(source, [alice.recipient], format, signal),
        decrypt: (source: AsyncIterable<Uint8Array>, signal: AbortSignal) =>
          decrypt(source, [alice], signal),
      };
      for (const [name, run] of Object.entries(runs)) {
        let closed = false;
        async function* source(): AsyncGenerator<Uint8Array> {
          try {
            yield name === "encrypt" ? plaintext : file;
            await Promise.resolve();
            yield new Uint8Array(1);
          } finally {
            closed = true;
          }
        }
        const controller = new AbortController();
        let pieces = 0;
        const running = (async () => {
          for await (const piece of run(source(), controller.signal)) {
            pieces += piece.length > 60_000 ? 1 : 0;
            if (pieces === 2) controller.abort();
          }
        })();
        await expect(running).rejects.toThrow(aborted);
        expect(pieces).toBeLessThan(4);
        expect(closed).toBe(true);
      }
    },
  );

  it("between identities is noticed", async () => {
    const controller = new AbortController();
    const identity = {
      unwrapFileKey: () => {
        controller.abort();
        return Promise.resolve(null);
      },
    };
    const { header } = await readAgeFile([await sealed(1)]);
    await expect(unwrapFileKey(header, [identity, alice], controller.signal)).rejects.toThrow(
      aborted,
    );
  });
});
