import { describe, expect, it } from "vitest";
import { collect, decrypt } from "../../../src/age/age";
import type { Engine } from "../../../src/age/engines/engine";
import { isSound } from "../../../src/age/engines/engineChoice";
import { expectBytes, plaintextOf, useEngine } from "../../age/kit";
import {
  alice,
  bufferSize,
  encrypted,
  inputOf,
  type Kind,
  mebibyte,
  outputOf,
  recipients,
  strategyOf,
  unlocked,
} from "./kit";

/** The sizes around the ends of chunks and of runs, and of several runs. */
const sizes = [
  ...[0, 1, 65535, 65536, 65537],
  ...[bufferSize - 1, bufferSize, bufferSize + 1, 3 * bufferSize],
  mebibyte + 5,
];
const engines = (["openssl", "wasm", "portable"] as const).filter(isSound);
const kinds: readonly Kind[] = ["file", "memory"];

describe.each([0, 1, 2])("with %i workers", (threads) => {
  describe.each(engines)("and the engine %s", (engine) => {
    useEngine(engine);
    const ways = kinds.flatMap((from) => kinds.map((to) => [from, to] as const));
    const some = engine === "portable" ? sizes.filter((size) => size < mebibyte) : sizes;

    it.each(ways)("encrypts from %s to %s what age decrypts", async (from, to) => {
      const strategy = strategyOf(threads);
      for (const size of some) {
        const plaintext = plaintextOf(size);
        const { output, result } = outputOf(to, size + 2 * mebibyte);
        const input = inputOf(from, plaintext);
        const outcome = await strategy.encrypt({ input, output, format: "binary", recipients });
        const file = result(outcome.bytes);
        expectBytes(await collect(decrypt([file], [alice])), plaintext);
        expectReport(outcome.report, "encrypt", engine, threads, size);
      }
    });

    it.each(ways)("decrypts from %s to %s what age encrypted", async (from, to) => {
      const strategy = strategyOf(threads);
      for (const size of some) {
        const plaintext = plaintextOf(size);
        const file = await encrypted(plaintext);
        const { output, result } = outputOf(to, size);
        const input = inputOf(from, file);
        const outcome = await strategy.decrypt({ input, output, ...(await unlocked(file)) });
        expectBytes(result(outcome.bytes), plaintext);
        expectReport(outcome.report, "decrypt", engine, threads, size);
      }
    });
  });
});

function expectReport(
  report: object,
  operation: "encrypt" | "decrypt",
  engine: Engine,
  threads: number,
  bytes: number,
): void {
  expect(report).toMatchObject({
    ...{ operation, engine, bytes, strategy: "native", resumedBytes: 0 },
    threads: Math.max(threads, 1),
  });
}
