import { ftruncateSync, openSync, closeSync, writeSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { concurrentIo, type FileIo } from "../../../src/strategies/native/fileIo";
import { ageError, expectBytes, plaintextOf } from "../../age/kit";
import {
  chunk,
  encrypted,
  recipients,
  sealedChunk,
  strategyOf,
  testFile,
  type TestFile,
  unlocked,
} from "./kit";

/** Makes an io that does something before a certain read of a file. */
function before(read: number, file: TestFile, act: () => void): FileIo {
  let reads = 0;
  return {
    ...concurrentIo,
    read: (descriptor, into, position) => {
      if (descriptor === file.descriptor && ++reads === read) act();
      return concurrentIo.read(descriptor, into, position);
    },
  };
}

const size = 9 * chunk;
const changes: [how: string, change: (file: TestFile) => void][] = [
  [
    "shrinks by a byte",
    ({ descriptor }) => {
      ftruncateSync(descriptor, size - 1);
    },
  ],
  [
    "shrinks to where a chunk ends",
    ({ descriptor }) => {
      ftruncateSync(descriptor, 8 * chunk);
    },
  ],
  [
    "becomes empty",
    ({ descriptor }) => {
      ftruncateSync(descriptor, 0);
    },
  ],
  [
    "grows by a byte",
    ({ descriptor }) => {
      writeSync(descriptor, "x", size);
    },
  ],
  [
    "grows by a chunk",
    ({ descriptor }) => {
      ftruncateSync(descriptor, size + chunk);
    },
  ],
];

describe("a source that is encrypted and meanwhile", () => {
  it.each(changes)("%s is refused", async (_how, change) => {
    for (const read of [1, 2, 4]) {
      const source = testFile(plaintextOf(size));
      const input = source.input();
      const strategy = strategyOf(0, {
        io: before(read, source, () => {
          change(source);
        }),
      });
      for (const output of [testFile().output, { kind: "memory" } as const]) {
        const encryption = strategy.encrypt({ input, output, format: "binary", recipients });
        await expect(encryption).rejects.toThrow(ageError("source-changed"));
      }
    }
  });

  it("is not as long as was told is refused, in workers too", async () => {
    for (const threads of [0, 1, 2]) {
      for (const told of [size - 1, size + 1]) {
        const input = { ...testFile(plaintextOf(size)).input(), size: told };
        const output = testFile().output;
        const strategy = strategyOf(threads);
        const encryption = strategy.encrypt({ input, output, format: "binary", recipients });
        await expect(encryption).rejects.toThrow(ageError("source-changed"));
      }
    }
  });
});

describe("an encrypted file that is decrypted and meanwhile", () => {
  it("grows is refused", async () => {
    const file = testFile(await encrypted(plaintextOf(size)));
    const known = await unlocked(file.read());
    const input = file.input();
    const strategy = strategyOf(0, {
      io: before(3, file, () => {
        writeSync(file.descriptor, "x", input.size);
      }),
    });
    const decryption = strategy.decrypt({ input, output: { kind: "memory" }, ...known });
    await expect(decryption).rejects.toThrow(ageError("source-changed"));
  });

  it("shrinks is refused", async () => {
    const file = testFile(await encrypted(plaintextOf(size)));
    const known = await unlocked(file.read());
    const input = file.input();
    const strategy = strategyOf(0, {
      io: before(3, file, () => {
        ftruncateSync(file.descriptor, input.size - sealedChunk);
      }),
    });
    const decryption = strategy.decrypt({ input, output: { kind: "memory" }, ...known });
    await expect(decryption).rejects.toThrow(ageError("source-changed"));
  });

  it("holds other bytes for a moment is refused as changed", async () => {
    const whole = await encrypted(plaintextOf(size));
    const file = testFile(whole);
    const at = whole.length - 9 * sealedChunk + 5;
    let reads = 0;
    const io: FileIo = {
      ...concurrentIo,
      read: (descriptor, into, position) => {
        // The second read is the first run's. The chunk is then read again to find out what is
        // wrong.
        if (++reads === 2)
          writeSync(file.descriptor, Uint8Array.of((whole[at] ?? 0) ^ 1), 0, 1, at);
        else writeSync(file.descriptor, whole, at, 1, at);
        return concurrentIo.read(descriptor, into, position);
      },
    };
    const strategy = strategyOf(0, { io, bufferSize: () => size });
    const known = await unlocked(whole);
    const input = file.input();
    const decryption = strategy.decrypt({ input, output: { kind: "memory" }, ...known });
    await expect(decryption).rejects.toThrow(ageError("source-changed"));
  });
});

it("a file that was longer before is cut off at its end", async () => {
  const target = testFile(new Uint8Array(100_000).fill(1));
  const plaintext = plaintextOf(10);
  const input = { kind: "memory", bytes: plaintext } as const;
  await strategyOf(0).encrypt({ input, output: target.output, format: "binary", recipients });
  const file = target.read();
  const again = testFile(new Uint8Array(100_000).fill(1));
  const known = await unlocked(file);
  await strategyOf(0).decrypt({ input: target.input(), output: again.output, ...known });
  expectBytes(again.read(), plaintext);
});

it("a descriptor that cannot be written is refused", async () => {
  const file = testFile();
  const descriptor = openSync(file.path, "r");
  const input = { kind: "memory", bytes: plaintextOf(10) } as const;
  const output = { kind: "file", descriptor } as const;
  const encryption = strategyOf(0).encrypt({ input, output, format: "binary", recipients });
  await expect(encryption).rejects.toThrow(ageError("write-failed"));
  closeSync(descriptor);
});
