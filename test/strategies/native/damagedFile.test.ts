import { describe, expect, it } from "vitest";
import { ageError, plaintextOf } from "../../age/kit";
import { chunk, encrypted, inputOf, sealedChunk, strategyOf, testFile, unlocked } from "./kit";

const plaintext = plaintextOf(5 * chunk + 100);
const whole = await encrypted(plaintext);
const known = await unlocked(whole);
const payload = whole.length - 5 * sealedChunk - 116;
const chunkStart = (index: number): number => payload + index * sealedChunk;

const flipped = (at: number): Uint8Array => whole.map((byte, i) => (i === at ? byte ^ 4 : byte));
const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts));
const swapped = (index: number): Uint8Array =>
  joined(
    whole.subarray(0, chunkStart(index)),
    whole.subarray(chunkStart(index + 1), chunkStart(index + 2)),
    whole.subarray(chunkStart(index), chunkStart(index + 1)),
    whole.subarray(chunkStart(index + 2)),
  );

const damaged: [what: string, file: Uint8Array][] = [
  ["cut off within the nonce", whole.subarray(0, payload - 1)],
  ["cut off behind the nonce", whole.subarray(0, payload)],
  ...[1, 2, 3, 4, 5].flatMap((index): [string, Uint8Array][] => [
    [`cut off before chunk ${index}`, whole.subarray(0, chunkStart(index))],
    [`cut off one byte before chunk ${index}`, whole.subarray(0, chunkStart(index) - 1)],
    [`cut off one byte into chunk ${index}`, whole.subarray(0, chunkStart(index) + 1)],
    [
      `cut off behind the tag of an empty chunk ${index}`,
      whole.subarray(0, chunkStart(index) + 16),
    ],
    [`with chunk ${index} one byte long`, whole.subarray(0, chunkStart(index) + 17)],
    [`flipped at the start of chunk ${index}`, flipped(chunkStart(index))],
    [`flipped at the end of chunk ${index - 1}`, flipped(chunkStart(index) - 1)],
    [
      `without chunk ${index - 1}`,
      joined(whole.subarray(0, chunkStart(index - 1)), whole.subarray(chunkStart(index))),
    ],
  ]),
  ...[0, 1, 2, 3].map((index): [string, Uint8Array] => [
    `with chunks ${index} and ${index + 1} swapped`,
    swapped(index),
  ]),
  ["flipped in the nonce", flipped(payload - 3)],
  ["flipped in its last byte", flipped(whole.length - 1)],
  ["cut off by a byte", whole.subarray(0, -1)],
  ["longer by a byte", joined(whole, Uint8Array.of(0))],
  ["longer by a chunk", joined(whole, whole.subarray(chunkStart(0), chunkStart(1)))],
  ["with its chunks twice", joined(whole, whole.subarray(payload))],
];

describe.each([0, 1, 2])("with %i workers, a file", (threads) => {
  it.each(damaged)("%s is refused, to memory and to a file", async (_what, bytes) => {
    const strategy = strategyOf(threads);
    const input = inputOf("file", bytes);
    const toMemory = strategy.decrypt({ input, output: { kind: "memory" }, ...known });
    await expect(toMemory).rejects.toThrow(ageError("corrupt-payload"));
    const target = testFile();
    const toFile = strategy.decrypt({ input, output: target.output, ...known });
    await expect(toFile).rejects.toThrow(ageError("corrupt-payload"));
    // The output holds only true chunks, each in its own place.
    target.read().forEach((byte, i) => {
      if (byte !== 0 && byte !== plaintext[i]) throw new Error(`byte ${i} is wrong`);
    });
  });
});

it("that ends with the full chunk before the last one is refused although nothing is cut", async () => {
  const full = await encrypted(plaintextOf(4 * chunk));
  const cut = full.subarray(0, full.length - sealedChunk);
  const job = { input: inputOf("memory", cut), output: { kind: "memory" } as const };
  const decryption = strategyOf(0).decrypt({ ...job, ...(await unlocked(full)) });
  await expect(decryption).rejects.toThrow(ageError("corrupt-payload"));
});
