// Measures the opening of a file of 4 KiB with a key in memory, against running the program.
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openByAge } from "../ageProgram.mjs";
import { wrong } from "../data.mjs";
import { atLeast, atMost } from "../figure.mjs";
import { samplesOf, timed } from "../measure.mjs";
import { median, quantile, spread } from "../quantiles.mjs";

const size = 4096;

/** @type {import("../context.mjs").Case} */
export async function smallFilesCase(context) {
  const { engines, contender, keys, mode, patience, places, say } = context;
  const [place] = places;
  if (place === undefined) return [];
  const contenders = engines
    .filter((engine) => engine !== "portable")
    .map((engine) => contender(engine, 1));
  const plaintext = randomBytes(size);
  const path = join(place.folder, "small.age");
  const [first] = contenders;
  const { identity } = keys;
  const sealed = await first?.encrypt({ bytes: plaintext }, "memory", identity.recipient, "binary");
  writeFileSync(path, sealed?.bytes ?? new Uint8Array());

  /** @param {Uint8Array | null | undefined} bytes */
  const expect = (bytes) => {
    if (!plaintext.equals(bytes ?? new Uint8Array())) throw wrong("the plaintext");
  };
  say(`  ${size} bytes`);
  const programs = await samplesOf(mode, patience, 8, () => {
    const { seconds, bytes } = openByAge(keys.identityFile, path);
    expect(bytes);
    return seconds * 1000;
  });
  /** @type {number[][]} */
  const samples = [];
  for (const one of contenders) {
    samples.push(
      await samplesOf(mode, patience, 300, async () => {
        /** @type {Uint8Array | null | undefined} */
        let bytes;
        const seconds = await timed(async () => {
          const outcome = await one.decrypt({ bytes: readFileSync(path) }, "memory", identity);
          ({ bytes } = outcome);
        });
        expect(bytes);
        return seconds * 1000;
      }),
    );
  }
  const family = "A file of 4 KiB, X25519, with a warm key";
  /** @type {import("../figure.mjs").Figure[]} */
  const figures = [
    { family, what: "median", who: "age", value: median(programs), unit: "ms" },
    { family, what: "p99", who: "age", value: quantile(programs, 0.99), unit: "ms" },
  ];
  for (const [index, { engine }] of contenders.entries()) {
    const own = samples[index] ?? [];
    figures.push(
      {
        family,
        what: "median",
        who: engine,
        value: median(own),
        unit: "ms",
        spread: spread(own),
      },
      { family, what: "p99", who: engine, value: quantile(own, 0.99), unit: "ms", aim: atMost(1) },
      {
        family,
        what: "times as fast as running age",
        who: engine,
        value: median(programs) / median(own),
        unit: "times",
        aim: atLeast(20),
      },
    );
  }
  return figures;
}
